"""The QR code of an address."""

import io

import segno


def qr_png(address: str) -> bytes:
    """Black on white, with its quiet zone, ten dots a module."""
    return _drawn(address, "png", scale=10)


def qr_svg(address: str) -> str:
    """The same as an SVG document."""
    return _drawn(address, "svg", scale=4).decode()


def _drawn(address: str, kind: str, scale: int) -> bytes:
    file = io.BytesIO()
    segno.make_qr(address, error="m").save(file, kind=kind, scale=scale, border=4)
    return file.getvalue()
