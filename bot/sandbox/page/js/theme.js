// Runs before the first paint, so that a chosen theme does not flash the other one.
const chosenTheme = localStorage.getItem("theme");
if (chosenTheme === "dark" || chosenTheme === "light") {
  document.documentElement.dataset.theme = chosenTheme;
}
