"""Voting in a real page: with keys, in haste, by the mouse, and on from where it stopped."""

START = """
import torch
from sindiff.lab.votes import read_votes
from sindiff.lab.study import Study
from sindiff.lab.voting import Voting
shades = [torch.full((3, 24, 32), level) for level in (-0.5, 0.0, 0.5)]
study = Study(shades, {"GPNN": [-shade - 0.1 for shade in shades]}, pairs=3)
voting = Voting(study, "votes.csv", "Ann")
voting
"""
VOTES = "[vote.choice for vote in read_votes(study, 'votes.csv')]"


def shows(page, number):
    voting = page.locator(f".jp-OutputArea .sindiff-voting[data-number='{number}']")
    voting.wait_for()
    return voting


def test_votes_by_keyboard_and_mouse(page, open_notebook):
    notebook = open_notebook(START)
    voting = shows(page, 1)
    images = "[...document.querySelectorAll('.sindiff-voting img')]"
    page.wait_for_function(f"{images}.every(image => image.naturalWidth == 32)")
    assert not [word for word in ("gpnn", "ours") if word in voting.evaluate("element => element.outerHTML").lower()]
    voting.focus()
    voting.press("ArrowUp")
    voting.press("ArrowRight")
    notebook.until(f"{VOTES} == ['right']")
    shows(page, 2).locator("button", has_text="left").click()
    shows(page, 3).locator("button", has_text="right").press("Enter")
    notebook.until(f"{VOTES} == ['right', 'left', 'right']")
    done = shows(page, 0)
    done.get_by_role("status").filter(has_text="All done").wait_for()
    assert not done.locator("img").first.is_visible()
    done.press("ArrowLeft")
    assert notebook.ask(f"len({VOTES})") == 3
    assert notebook.ask("len(get_ipython().history_manager.input_hist_raw)") == 2  # no key reached JupyterLab
