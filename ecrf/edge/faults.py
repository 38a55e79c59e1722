"""What logs may tell of an error: its kind and its place. Its words may hold what was typed, so they are not told."""


def told(error: BaseException) -> dict[str, object]:
    """The kind of an error and the last lines of code that led to it, without any value."""
    places, frame = [], error.__traceback__
    while frame is not None:
        places.append(f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}")
        frame = frame.tb_next
    return {"kind": type(error).__name__, "where": places[-8:]}
