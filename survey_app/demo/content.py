"""The agencies, places and comments of the demonstration. The province of Mẫu ("sample") does not exist."""

from datetime import date

from survey_app.demo.rules import Place

# What the department published of its first quarter of 2021 beside its case figures.
QUARTER = (date(2021, 1, 1), date(2021, 3, 31))
ACTIVITIES = (
    ("Tin, bài đăng trên trang thông tin điện tử của Sở", 4),
    ("Tin, bài đăng trên cổng thông tin điện tử của tỉnh", 2),
)

# code, parent, tier, name, short name
AGENCIES = (
    ("bentre", None, "province", "Tỉnh Bến Tre", "tỉnh Bến Tre"),
    (
        "bentre-stttt",
        "bentre",
        "department",
        "Sở Thông tin và Truyền thông tỉnh Bến Tre",
        "Sở Thông tin và Truyền thông",
    ),
    (
        "svhttdl",
        None,
        "department",
        "Sở Văn hóa, Thể thao và Du lịch",
        "Sở Văn hóa, Thể thao và Du lịch",
    ),
    (
        "bentre-skhcn",
        "bentre",
        "department",
        "Sở Khoa học và Công nghệ tỉnh Bến Tre",
        "Sở Khoa học và Công nghệ",
    ),
    (
        "bentre-svhttdl",
        "bentre",
        "department",
        "Sở Văn hóa, Thể thao và Du lịch tỉnh Bến Tre",
        "Sở Văn hóa, Thể thao và Du lịch Bến Tre",
    ),
    ("bentre-ca", "bentre", "department", "Công an tỉnh Bến Tre", "Công an tỉnh Bến Tre"),
    ("travinh", None, "province", "Tỉnh Trà Vinh", "tỉnh Trà Vinh"),
    ("vinhlong-cu", None, "province", "Tỉnh Vĩnh Long (cũ)", "tỉnh Vĩnh Long (cũ)"),
    ("vinhlong", None, "province", "Tỉnh Vĩnh Long", "tỉnh Vĩnh Long"),
    (
        "vinhlong-skhcn",
        "vinhlong",
        "department",
        "Sở Khoa học và Công nghệ tỉnh Vĩnh Long",
        "Sở Khoa học và Công nghệ Vĩnh Long",
    ),
    (
        "vinhlong-svhttdl",
        "vinhlong",
        "department",
        "Sở Văn hóa, Thể thao và Du lịch tỉnh Vĩnh Long",
        "Sở Văn hóa, Thể thao và Du lịch Vĩnh Long",
    ),
    ("mau", None, "province", "Tỉnh Mẫu", "tỉnh Mẫu"),
    ("mau-ttpvhcc", "mau", "service_centre", "Trung tâm Phục vụ hành chính công tỉnh Mẫu", "Trung tâm tỉnh Mẫu"),
    ("mau-snv", "mau", "department", "Sở Nội vụ tỉnh Mẫu", "Sở Nội vụ"),
    ("mau-sxd", "mau", "department", "Sở Xây dựng tỉnh Mẫu", "Sở Xây dựng"),
    ("mau-stp", "mau", "department", "Sở Tư pháp tỉnh Mẫu", "Sở Tư pháp"),
    ("mau-hoasen", "mau", "commune", "Phường Hoa Sen", "phường Hoa Sen"),
    ("mau-bendo", "mau", "commune", "Phường Bến Đò", "phường Bến Đò"),
    ("mau-caudua", "mau", "commune", "Xã Cầu Dừa", "xã Cầu Dừa"),
    ("mau-songdoc", "mau", "commune", "Xã Sông Dọc", "xã Sông Dọc"),
    ("mau-giongcat", "mau", "commune", "Xã Giồng Cát", "xã Giồng Cát"),
    ("mau-congrach", "mau", "commune", "Xã Cống Rạch", "xã Cống Rạch"),
    ("mau-giongrach", "mau", "commune", "Xã Giồng Rạch", "xã Giồng Rạch"),
)
# The reorganisation of 2025: kind, predecessor, successor, first day, field of work, decision.
REORGANISATION = "Sắp xếp tổ chức bộ máy năm 2025"
RESOLUTION = "Nghị quyết 202/2025/QH15"
SUCCESSIONS = (
    (
        "split",
        "bentre-stttt",
        "bentre-skhcn",
        date(2025, 3, 1),
        "công nghệ thông tin, chuyển đổi số, viễn thông, bưu chính",
        REORGANISATION,
    ),
    ("split", "bentre-stttt", "bentre-svhttdl", date(2025, 3, 1), "báo chí, xuất bản", REORGANISATION),
    ("split", "bentre-stttt", "bentre-ca", date(2025, 3, 1), "an toàn thông tin mạng", REORGANISATION),
    ("merge", "bentre", "vinhlong", date(2025, 7, 1), "", RESOLUTION),
    ("merge", "travinh", "vinhlong", date(2025, 7, 1), "", RESOLUTION),
    ("merge", "vinhlong-cu", "vinhlong", date(2025, 7, 1), "", RESOLUTION),
    ("merge", "bentre-skhcn", "vinhlong-skhcn", date(2025, 7, 1), "", RESOLUTION),
    ("merge", "bentre-svhttdl", "vinhlong-svhttdl", date(2025, 7, 1), "", RESOLUTION),
)
# Two communes of the simulated province become one within the simulated year.
MERGER_BASIS = "Quyết định mô phỏng"
MERGED = {"mau-giongcat": "mau-giongrach", "mau-congrach": "mau-giongrach"}
# The others see every agency.
SCOPES = {"officer": "mau-hoasen", "viewer": "mau"}
PLACES = (
    Place("mau-ttpvhcc", 0.26, 0.15),
    Place("mau-snv", 0.07, 0.05),
    Place("mau-sxd", 0.11, -0.25, {"timeliness": 0.45}),
    Place("mau-stp", 0.09, 0.2),
    Place("mau-hoasen", 0.14, 0.1),
    Place("mau-bendo", 0.11, 0.0),
    Place("mau-caudua", 0.08, -0.05, {"staff": -0.6}),
    Place("mau-songdoc", 0.07, 0.3),
    Place("mau-giongcat", 0.05, -0.15),
    Place("mau-congrach", 0.02, 0.1),
)
# code, name, field, days by rule, days promised
PROCEDURES = (
    ("1.0001", "Đăng ký khai sinh", "Hộ tịch", 3, 1),
    ("1.0002", "Chứng thực bản sao từ bản chính", "Chứng thực", 2, 1),
    ("1.0003", "Cấp giấy phép xây dựng nhà ở riêng lẻ", "Xây dựng", 20, 15),
    ("1.0004", "Đăng ký biến động quyền sử dụng đất", "Đất đai", 15, 10),
    ("1.0005", "Cấp phiếu lý lịch tư pháp", "Tư pháp", 10, 7),
)
# How much better or worse than the rest a question is answered.
LEVELS = {"access": -0.3, "transparency": -0.05, "staff": 0.35, "timeliness": -0.1, "results": 0.1}
COMMENTS = (
    "Cán bộ hướng dẫn nhiệt tình, dễ hiểu.",
    "Nên có thêm ghế ngồi cho người cao tuổi.",
    "Tôi phải bổ sung giấy tờ hai lần, mong hướng dẫn rõ ngay từ đầu.",
    "Trả kết quả sớm hơn giấy hẹn, rất cảm ơn.",
    "Bảng niêm yết lệ phí treo hơi cao, khó đọc.",
    "Nộp hồ sơ trực tuyến còn hay báo lỗi.",
    "Buổi sáng đông, chờ hơi lâu.",
    "Thái độ phục vụ lịch sự.",
    "Mong có nơi gửi xe thuận tiện hơn.",
    "The English guidance at the counter was helpful.",
)
