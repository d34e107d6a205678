"""How often the interpreter looks for cycles in memory."""

import gc

# New objects between two looks at the youngest ones, and how many of these make one look at the older, and the oldest.
OBJECTS, YOUNG, MIDDLE = 10_000, 20, 20


def settle() -> None:
    """Look for cycles less often, and no more among what stands at the end of the start-up: it stays.

    A page reads thousands of rows, none of them a cycle. By its defaults the interpreter walks through everything that
    it has loaded several times meanwhile: half of the time of a large page.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS, YOUNG, MIDDLE)
