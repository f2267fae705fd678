"""Buttons, selects and forms that discord.py does not remember; bot.routing says why."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import discord
from discord import ui

from bot.routing import checked_id, form_id
from bot.text import cut

LABEL_LIMIT = 45  # Discord: a label, and a form's title
BUTTON_LIMIT = 80  # Discord: a button's label
HINT_LIMIT = 100  # Discord: a placeholder, a description, an option's label

Style = discord.ButtonStyle


class Buttons(ui.View):
    """A message's components, built by chaining; pressing one reaches the cog method it names."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        # A finished view is sent like any other, but not kept in memory.
        self.stop()

    def button(
        self,
        label: str,
        custom_id: str,
        *,
        style: Style = Style.secondary,
        disabled: bool = False,
        row: int | None = None,
    ) -> Self:
        """Add a button; labels are cut to 80 characters."""
        item: ui.Button[Self] = ui.Button(
            label=cut(label, BUTTON_LIMIT),
            custom_id=checked_id(custom_id),
            style=style,
            disabled=disabled,
            row=row,
        )
        return self.add_item(item)

    @classmethod
    def of(cls, message: discord.Message, *, changed: Mapping[str, str | None]) -> Self:
        """The buttons that a message has, some of them changed.

        Args:
            changed: by route ("job:action"), the label of a button that is done with: it stays,
                and cannot be pressed again. None takes the button away.
        """
        view = cls()
        for row, line in enumerate(message.components):
            for item in line.children if isinstance(line, discord.ActionRow) else ():
                if not isinstance(item, discord.Button):
                    continue
                if item.url:
                    view.link(item.label or "", item.url, row=row)
                    continue
                custom_id = item.custom_id or ""
                route = ":".join(custom_id.split(":")[:2])
                label = changed.get(route, item.label)
                if label is not None:
                    view.button(
                        label,
                        custom_id,
                        style=Style.secondary if route in changed else item.style,
                        disabled=item.disabled or route in changed,
                        row=row,
                    )
        return view

    def link(self, label: str, url: str, *, row: int | None = None) -> Self:
        """Add a button that opens an address; Discord tells the bot nothing about its use."""
        item: ui.Button[Self] = ui.Button(label=cut(label, BUTTON_LIMIT), url=url, row=row)
        return self.add_item(item)

    def select(
        self,
        custom_id: str,
        placeholder: str,
        options: Sequence[discord.SelectOption],
        *,
        min_values: int = 1,
        max_values: int = 1,
    ) -> Self:
        """Add a select of at most 25 texts."""
        item: ui.Select[Self] = ui.Select(
            custom_id=checked_id(custom_id),
            placeholder=cut(placeholder, HINT_LIMIT),
            options=list(options),
            min_values=min_values,
            max_values=max_values,
        )
        return self.add_item(item)

    def channel_select(
        self,
        custom_id: str,
        placeholder: str,
        *,
        types: Sequence[discord.ChannelType] = (discord.ChannelType.text,),
        chosen: int | None = None,
    ) -> Self:
        """Add a select of one channel; ``chosen`` is shown as what is set now."""
        default = [discord.Object(chosen)] if chosen else []
        item: ui.ChannelSelect[Self] = ui.ChannelSelect(
            custom_id=checked_id(custom_id),
            placeholder=cut(placeholder, HINT_LIMIT),
            channel_types=list(types),
            default_values=[
                discord.SelectDefaultValue(id=item.id, type=discord.SelectDefaultValueType.channel)
                for item in default
            ],
        )
        return self.add_item(item)

    def user_select(self, custom_id: str, placeholder: str) -> Self:
        """Add a select of one person."""
        item: ui.UserSelect[Self] = ui.UserSelect(
            custom_id=checked_id(custom_id), placeholder=cut(placeholder, HINT_LIMIT)
        )
        return self.add_item(item)

    def role_select(self, custom_id: str, placeholder: str, *, chosen: int | None = None) -> Self:
        """Add a select of one role or none; ``chosen`` is shown as what is set now."""
        default = [chosen] if chosen else []
        item: ui.RoleSelect[Self] = ui.RoleSelect(
            custom_id=checked_id(custom_id),
            placeholder=cut(placeholder, HINT_LIMIT),
            min_values=0,
            default_values=[
                discord.SelectDefaultValue(id=role, type=discord.SelectDefaultValueType.role)
                for role in default
            ],
        )
        return self.add_item(item)


class Form(ui.Modal):
    """A form of at most five fields, each under a fixed ``custom_id``.

    Args:
        title: at most 45 characters.
        route, arguments: whose ``@modal`` method reads it, and what it is given besides.
    """

    def __init__(self, title: str, route: str, *arguments: object) -> None:
        super().__init__(title=cut(title, LABEL_LIMIT), custom_id=form_id(route, *arguments))
        self.stop()  # as with Buttons

    def text(
        self,
        custom_id: str,
        label: str,
        *,
        hint: str | None = None,
        placeholder: str | None = None,
        default: str | None = None,
        long: bool = False,
        required: bool = True,
        min_length: int | None = None,
        max_length: int = 4000,
    ) -> Self:
        """Add a text field; Discord takes at most 4,000 characters in one."""
        item: ui.TextInput[Self] = ui.TextInput(
            custom_id=custom_id,
            style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
            placeholder=placeholder and cut(placeholder, HINT_LIMIT),
            default=default,
            required=required,
            min_length=min_length,
            max_length=max_length,
        )
        return self._labelled(label, hint, item)

    def select(
        self,
        custom_id: str,
        label: str,
        options: Sequence[discord.SelectOption],
        *,
        hint: str | None = None,
        placeholder: str | None = None,
        required: bool = True,
        max_values: int = 1,
    ) -> Self:
        """Add a select of at most 25 texts."""
        item: ui.Select[Self] = ui.Select(
            custom_id=custom_id,
            placeholder=placeholder and cut(placeholder, HINT_LIMIT),
            options=list(options),
            required=required,
            min_values=1 if required else 0,
            max_values=max_values,
        )
        return self._labelled(label, hint, item)

    def _labelled(self, label: str, hint: str | None, item: ui.Item[Any]) -> Self:
        description = hint and cut(hint, HINT_LIMIT)
        return self.add_item(
            ui.Label(text=cut(label, LABEL_LIMIT), description=description, component=item)
        )
