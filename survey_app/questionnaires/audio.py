"""Recordings: which kinds are taken, told by their content alone, and what they may be recordings of. Pure."""

from survey_app.questionnaires.content import Content

LARGEST = 512 * 1024
# Boxes at the start of an MP4 file name its kind.
MP4_BRANDS = (b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"dash")


def media_type(content: bytes) -> str | None:
    """The type of a recording by its first bytes: MP3, Ogg (Opus, Vorbis) or MP4 audio; None for anything else."""
    if content.startswith(b"OggS") and (b"OpusHead" in content[:64] or b"\x01vorbis" in content[:64]):
        return "audio/ogg"
    if content[4:8] == b"ftyp" and content[8:12] in MP4_BRANDS:
        return "audio/mp4"
    if content.startswith(b"ID3") or _is_mp3_frame(content[:4]):
        return "audio/mpeg"
    return None


def recordable(content: Content) -> list[str]:
    """What can be read aloud, by the key of its recording: "access" is the question, "access.high" an answer."""
    keys = []
    for question in content.questions:
        keys.append(question.code)
        keys += [f"{question.code}.{option.code}" for option in question.options]
    return keys


def _is_mp3_frame(head: bytes) -> bool:
    """Eleven bits of synchronisation, layer III, a bit rate and a sampling rate that exist."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    rate, sampling = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and rate not in (0, 15) and sampling != 3
