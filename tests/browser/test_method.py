"""The explanations in a real browser: on a phone, in both languages, light and dark."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page


@pytest.mark.parametrize("address", ["/method", "/accessibility"])
@pytest.mark.parametrize("tag", ["vi", "en"])
def test_explanations_fit_a_phone_and_break_no_rule(
    server: str, page: Page, axe: Callable[[Page], list[dict[str, Any]]], address: str, tag: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{server}{address}?lang={tag}")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert axe(page) == []
