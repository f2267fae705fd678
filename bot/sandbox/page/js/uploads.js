// Files on their way to the sandbox.

const LIMIT = 10 * 1000 * 1000;

/** Store a file with the sandbox. Returns its id; throws an Error whose message may be shown. */
export async function upload(file) {
  if (file.size > LIMIT) throw new Error(`${file.name} is larger than 10 MB. Choose a smaller file.`);
  let answer;
  try {
    answer = await fetch(`/page/uploads?name=${encodeURIComponent(file.name)}`, {
      method: "POST", body: file, headers: { "Content-Type": file.type || "application/octet-stream" },
    });
  } catch {
    throw new Error("The file could not be sent: the sandbox does not answer. Try again in a moment.");
  }
  if (!answer.ok) throw new Error(`The sandbox did not take ${file.name} (${answer.status}).`);
  return (await answer.json()).id;
}
