"""Form II.06a as a case system exports it: merged headings over a row of column numbers."""

from pathlib import Path

from openpyxl import Workbook

HEAD = [
    "TT", "Lĩnh vực, công việc giải quyết theo cấp", "Tiếp nhận", None, None, None,
    "Đã giải quyết", None, None, None, "Đang giải quyết", None, None,
]  # fmt: skip
NUMBERS = [f"({number})" for number in range(1, 14)]
LAND = ["1", "Đất đai", 60, 20, 30, 10, 50, 40, 9, 1, 10, 8, 2]
BUILDING = ["2", "Xây dựng", 40, 10, 25, 5, 40, 30, 10, 0, 0, 0, 0]
TOTAL = ["", "Tổng cộng", 100, 30, 55, 15, 90, 70, 19, 1, 10, 8, 2]


def exported(
    path: Path,
    *rows: list[object],
    period: str = "Kỳ báo cáo: Quý I năm 2026 (Từ ngày 15/12/2025 đến ngày 14/03/2026)",
    reporter: str = "Đơn vị báo cáo: Sở Mẫu",
) -> Path:
    """A sheet with the official heading, the numbering row and these rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([None, "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH"])
    sheet.append([None, period])
    sheet.append([None, reporter, None, None, None, None, None, "Đơn vị tính: Số hồ sơ TTHC"])
    sheet.append(HEAD)
    sheet.append([None, None, "Tổng số", "Trong đó", None, "Từ kỳ trước"])
    for cells in (NUMBERS, *rows):
        sheet.append(list(cells))
    for merged in ("B1:M1", "B2:M2", "A4:A5", "B4:B5", "C4:F4", "G4:J4", "K4:M4", "D5:E5"):
        sheet.merge_cells(merged)
    book.save(path)
    return path
