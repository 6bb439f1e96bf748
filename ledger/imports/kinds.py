"""The kinds of office file as data: headings and their other spellings, forms, required columns.

Headings are those of the offices of Cần Thơ. Matching ignores tone marks, capitals, spaces and
underscores; a unit in brackets may be left out but not replaced, so that square metres are never
read as hectares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger.errors import MalformedError
from ledger.imports import cells, checks, rows, words
from ledger.imports.cells import fold
from ledger.imports.english import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Check = Callable[[rows.Row], Iterator[checks.Finding]]

IGNORED_HEADINGS = frozenset({"stt", "ghichu", "no", "remarks"})


class Column(NamedTuple):
    """One column: what it is called here and elsewhere, the field it fills, how it is read."""

    heading: str
    field: str
    form: cells.Form
    also: tuple[str, ...] = ()
    required: bool = False
    missing: str = "value_missing"
    english: str = ""

    def spellings(self) -> set[str]:
        """Return every folded spelling of the heading, with and without its unit."""
        _, bracket, unit = self.heading.partition("(")
        texts = {self.heading, *self.also}
        texts |= {text.partition("(")[0] for text in texts}
        if bracket:
            texts |= {f"{text} {unit}" for text in texts if "(" not in text}
        texts |= {self.english, self.english.partition("(")[0]}
        return {fold(text) for text in texts} - {""}


class Kind(NamedTuple):
    """One kind of file: its columns, the fields that number a row, and what must agree in a row."""

    name: str
    row: Callable[..., rows.Row]
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    check: Check | None = None
    private: bool = False  # personal data or business secrets: never hashed, never quoted

    def by_spelling(self) -> dict[str, Column]:
        """Return the columns by every folded spelling of their headings."""
        return {key: column for column in self.columns for key in column.spellings()}


def _must(
    heading: str,
    field: str,
    form: cells.Form,
    *also: str,
    missing: str = "value_missing",
) -> Column:
    return Column(heading, field, form, also, required=True, missing=missing)


def _may(heading: str, field: str, form: cells.Form, *also: str) -> Column:
    return Column(heading, field, form, also)


_AREA = _must("Mã vùng trồng", "area", cells.CODE, "Mã số vùng trồng", "MSVT")
_SEASON = _may("Vụ", "season", cells.CODE, "Mùa vụ")
_VARIETY = _may("Giống lúa", "variety", cells.NAME, "Giống")
_HECTARES = _may("Diện tích (ha)", "area_m2", cells.HECTARES, "Diện tích")

_KINDS = (
    Kind(
        "organisations",
        rows.Organisation,
        ("id",),
        (
            _must("Mã đơn vị", "id", cells.CODE, "Mã tổ chức"),
            _must("Tên đơn vị", "name", cells.NAME, "Tên tổ chức"),
            _may("Tên tiếng Anh", "name_en", cells.NAME, "English name"),
            _must("Vai trò", "roles", cells.words_list(words.ROLES), "Chức năng"),
            _may("Mã số thuế", "tax_code", cells.CODE, "MST"),
            _may("Mã xã", "commune_code", cells.CODE, "Mã xã/phường"),
            _may("GLN", "gln", cells.GLN, "Mã địa điểm GLN"),
            _may("Số GCN xuất khẩu gạo", "licence", cells.CODE, "GCN đủ điều kiện xuất khẩu gạo"),
            _may("GCN từ ngày", "licence_from", cells.DATE, "GCN hiệu lực từ"),
            _may("GCN đến ngày", "licence_to", cells.DATE, "GCN hiệu lực đến"),
        ),
        checks.organisation,
    ),
    Kind(
        "products",
        rows.Product,
        ("gtin",),
        (
            _must("GTIN", "gtin", cells.GTIN, "Mã GTIN"),
            _must("Dạng hàng", "product", cells.words(words.PRODUCTS), "Loại hàng"),
            _must("Tên hàng", "name", cells.NAME, "Tên sản phẩm"),
            _may("Tên tiếng Anh", "name_en", cells.NAME, "English name"),
            _VARIETY,
            _may("Khối lượng tịnh (kg)", "net_g", cells.KG, "KL tịnh"),
            _may("Phẩm cấp", "grade", cells.NAME, "Loại gạo"),
            _may("Tỷ lệ tấm (%)", "broken_max_ppt", cells.PERCENT_PPT, "Tấm tối đa"),
        ),
    ),
    Kind(
        "inspections",
        rows.Inspection,
        ("report",),
        (
            _AREA,
            _must("Ngày kiểm tra", "inspected_on", cells.DATE, "Ngày KT"),
            _must("Đơn vị kiểm tra", "inspector", cells.CODE, "Cơ quan kiểm tra"),
            _may("Giai đoạn cây", "growth_stage", cells.NAME, "Giai đoạn sinh trưởng"),
            _may("Có ghi nhật ký", "diary_kept", cells.YES_NO, "Ghi nhật ký"),
            _may("Thu gom bao bì", "packaging_collected", cells.YES_NO, "Thu gom bao bì thuốc"),
            _must("Kết luận", "result", cells.words(words.RESULTS), "Kết quả"),
            _must("Số biên bản", "report", cells.CODE, "Biên bản số"),
        ),
    ),
    Kind(
        "area_events",
        rows.AreaEvent,
        ("area", "effective_on", "event"),
        (
            _AREA,
            _must("Ngày hiệu lực", "effective_on", cells.DATE, "Hiệu lực từ ngày"),
            _must("Sự kiện", "event", cells.words(words.AREA_EVENTS), "Nội dung"),
            _must("Cơ quan quyết định", "authority", cells.CODE, "Cơ quan ban hành"),
            _may("Số văn bản", "paper", cells.CODE, "Văn bản số"),
            _may("Lý do", "reason", cells.NAME, "Nguyên nhân"),
        ),
    ),
    Kind(
        "contracts",
        rows.Contract,
        ("number",),
        (
            _must("Số hợp đồng", "number", cells.CODE, "Số HĐ"),
            _must("Bên bán", "seller", cells.CODE, "HTX (bên bán)", "Bên A"),
            _must("Bên mua", "buyer", cells.CODE, "Doanh nghiệp (bên mua)", "Bên B"),
            _must("Vụ", "season", cells.CODE, "Mùa vụ"),
            _must("Các mã vùng trồng", "areas", cells.CODES, "Danh sách MSVT"),
            _VARIETY,
            _must("Diện tích (ha)", "area_m2", cells.HECTARES, "Diện tích"),
            _must("Ngày HTX ký", "seller_signed_on", cells.DATE, "Ngày bên bán ký"),
            _must("Ngày doanh nghiệp ký", "buyer_signed_on", cells.DATE, "Ngày bên mua ký"),
        ),
    ),
    Kind(
        "contracts_private",
        rows.ContractPrice,
        ("number",),
        (
            _must("Số hợp đồng", "number", cells.CODE, "Số HĐ"),
            _must("Giá lúa tươi (đồng/kg)", "price_vnd_per_kg", cells.WHOLE, "Giá mua"),
            _may("Thưởng (đồng/kg)", "bonus_vnd_per_kg", cells.WHOLE, "Cộng thêm"),
            _may("Ứng trước (đồng/ha)", "advance_vnd_per_ha", cells.WHOLE, "Tạm ứng"),
        ),
        private=True,
    ),
    Kind(
        "field_diary",
        rows.FieldWork,
        ("number",),
        (
            _must("Số ghi", "number", cells.CODE, "Số dòng", "STT nhật ký"),
            _AREA,
            _must("Ngày", "worked_on", cells.DATE, "Ngày làm"),
            _must("Công việc", "activity", cells.words(words.ACTIVITIES), "Nội dung công việc"),
            _HECTARES,
            _may("Cơ giới hóa", "by_machine", cells.YES_NO, "Làm bằng máy"),
            _VARIETY,
            _may("Cấp giống", "seed_class", cells.NAME, "Cấp hạt giống"),
            _may("Lượng giống (kg)", "seed_g", cells.KG, "Hạt giống"),
            _may("Tên vật tư", "input_name", cells.NAME, "Tên phân/thuốc"),
            _may("Hoạt chất", "ingredient", cells.NAME, "Hoạt chất/thành phần"),
            _may("Liều lượng", "dose", cells.NAME, "Liều dùng"),
            _may("Lượng phân (kg)", "fertiliser_g", cells.KG, "Phân bón"),
            _may("N (kg)", "n_g", cells.KG, "Đạm N"),
            _may("P2O5 (kg)", "p2o5_g", cells.KG, "Lân P2O5"),
            _may("K2O (kg)", "k2o_g", cells.KG, "Kali K2O"),
            _may("Thời gian cách ly (ngày)", "wait_days", cells.WHOLE, "PHI", "TGCL"),
            _may("Lượng nước (m3)", "water_l", cells.LITRES, "Nước bơm"),
            _may("Rơm thu gom (tấn)", "straw_collected_g", cells.TONNES, "Rơm cuộn"),
            _may(
                "Rơm vùi dưới 30 ngày (tấn)",
                "straw_buried_lt_30_g",
                cells.TONNES,
                "Vùi dưới 30 ngày",
            ),
            _may(
                "Rơm vùi trên 30 ngày (tấn)",
                "straw_buried_gt_30_g",
                cells.TONNES,
                "Vùi trên 30 ngày",
            ),
            _may("Rơm đốt (tấn)", "straw_burned_g", cells.TONNES, "Đốt rơm"),
            _may("Lúa tươi (kg)", "wet_g", cells.WHOLE_KG, "Sản lượng tươi"),
            _may("Độ ẩm (%)", "moisture_ppt", cells.MOISTURE_PPT, "Ẩm độ"),
            _may("Bao bì mua (kg)", "packaging_bought_g", cells.KG, "Vỏ bao mua vào"),
            _may("Bao bì trả (kg)", "packaging_returned_g", cells.KG, "Vỏ bao trả lại"),
        ),
        checks.field_work,
    ),
    Kind(
        "water_levels",
        rows.WaterLevel,
        ("area", "tube", "read_at"),
        (
            _AREA,
            _must("Ống đo", "tube", cells.CODE, "Số ống"),
            _must("Thời điểm đo", "read_at", cells.MOMENT, "Ngày giờ đo"),
            _must("Mực nước (cm)", "level_mm", cells.LEVEL_MM, "Mực nước trong ống"),
            _may("Nguồn đo", "source", cells.words(words.SOURCES), "Cách đo"),
        ),
    ),
    Kind(
        "baselines",
        rows.Baseline,
        ("area", "season"),
        (
            _AREA,
            _must("Vụ", "season", cells.CODE, "Mùa vụ"),
            _must("Ngày ký", "signed_on", cells.DATE, "Ngày xác lập"),
            _must("Hợp tác xã", "cooperative", cells.CODE, "HTX"),
            _must("Đơn vị thẩm tra", "verifier", cells.CODE, "Đơn vị thẩm định"),
            _must("Giống (kg/ha)", "seed_g_per_ha", cells.KG, "Lượng giống"),
            _must("N (kg/ha)", "n_g_per_ha", cells.KG, "Đạm N"),
            _must("Số lần phun", "pesticide_applications", cells.WHOLE, "Số lần phun thuốc"),
            _must("Nước tưới (m3/ha)", "water_l_per_ha", cells.LITRES, "Lượng nước"),
            _must(
                "Rơm vùi dưới 30 ngày (tấn/ha)",
                "straw_buried_lt_30_g_per_ha",
                cells.TONNES,
                "Vùi dưới 30 ngày",
            ),
            _must(
                "Rơm vùi trên 30 ngày (tấn/ha)",
                "straw_buried_gt_30_g_per_ha",
                cells.TONNES,
                "Vùi trên 30 ngày",
            ),
            _must("Rơm đốt (tấn/ha)", "straw_burned_g_per_ha", cells.TONNES, "Đốt rơm"),
            _must("Chế độ nước", "regime", cells.words(words.REGIMES), "Chế độ nước trong vụ"),
            _must(
                "Nước trước vụ",
                "preseason",
                cells.words(words.PRESEASONS),
                "Tình trạng nước trước vụ",
            ),
            _must("Số ngày canh tác", "days", cells.WHOLE, "Số ngày"),
        ),
    ),
    Kind(
        "weigh_tickets",
        rows.WeighTicket,
        ("number",),
        (
            _must("Số phiếu", "number", cells.CODE, "Số phiếu cân", "Phiếu cân số"),
            _must("Ngày giờ cân", "weighed_at", cells.MOMENT, "Thời gian cân"),
            _must("Ngày gặt", "harvested_on", cells.DATE, "Ngày thu hoạch"),
            _AREA,
            _may("Hợp tác xã", "cooperative_name", cells.NAME, "HTX"),
            _must("Bên giao", "delivered_by", cells.CODE, "Đơn vị giao"),
            _may("Số hợp đồng", "contract", cells.CODE, "Số HĐ"),
            _VARIETY,
            _must("Cân lần 1 (kg)", "gross_g", cells.WHOLE_KG, "KL cả bì"),
            _must("Cân lần 2 (kg)", "tare_g", cells.WHOLE_KG, "KL bì"),
            _must("Khối lượng lúa tươi (kg)", "wet_g", cells.WHOLE_KG, "KL hàng"),
            _must(
                "Độ ẩm (%)",
                "moisture_ppt",
                cells.MOISTURE_PPT,
                "Ẩm độ",
                missing="moisture_missing",
            ),
            _may("Tạp chất (%)", "impurities_ppt", cells.PERCENT_PPT, "Tạp chất"),
            _may("Biển số xe/ghe", "plate", cells.CODE, "Số xe/ghe"),
            _may("Silo", "silo", cells.CODE, "Kho chứa"),
        ),
        checks.weigh_ticket,
    ),
    Kind(
        "drying",
        rows.DryingRun,
        ("number",),
        (
            _must("Mẻ sấy", "number", cells.CODE, "Số mẻ sấy"),
            _must("Bắt đầu", "started_at", cells.MOMENT, "Giờ bắt đầu"),
            _must("Kết thúc", "ended_at", cells.MOMENT, "Giờ kết thúc"),
            _may("Máy sấy", "dryer", cells.NAME, "Lò sấy"),
            _must("Các phiếu cân", "tickets", cells.CODES, "Danh sách phiếu cân"),
            _must("Lúa vào (kg)", "paddy_in_g", cells.WHOLE_KG, "KL vào"),
            _must("Ẩm vào (%)", "moisture_in_pct", cells.MOISTURE_PCT, "Ẩm độ vào"),
            _must("Lúa ra (kg)", "paddy_out_g", cells.WHOLE_KG, "KL ra"),
            _must("Ẩm ra (%)", "moisture_out_ppt", cells.MOISTURE_PPT, "Ẩm độ ra"),
            _must("Silo", "silo", cells.CODE, "Kho chứa"),
        ),
        checks.drying_run,
    ),
    Kind(
        "milling",
        rows.MillingBatch,
        ("number",),
        (
            _must("Mẻ xay", "number", cells.CODE, "Số mẻ xay"),
            _must("Ngày giờ xay", "milled_at", cells.MOMENT, "Thời gian xay"),
            _must("Silo 1", "silo_1", cells.CODE, "Kho 1"),
            _must("Lúa từ silo 1 (kg)", "from_silo_1_g", cells.WHOLE_KG, "KL từ kho 1"),
            _may("Silo 2", "silo_2", cells.CODE, "Kho 2"),
            _may("Lúa từ silo 2 (kg)", "from_silo_2_g", cells.WHOLE_KG, "KL từ kho 2"),
            _must("Ẩm độ lúa (%)", "moisture_ppt", cells.MOISTURE_PPT, "Ẩm độ"),
            _must("Gạo nguyên (kg)", "head_g", cells.WHOLE_KG, "Gạo thành phẩm"),
            _must("Tấm (kg)", "broken_g", cells.WHOLE_KG, "Gạo tấm"),
            _must("Cám (kg)", "bran_g", cells.WHOLE_KG, "Cám gạo"),
            _must("Trấu (kg)", "husk_g", cells.WHOLE_KG, "Vỏ trấu"),
        ),
        checks.milling_batch,
    ),
    Kind(
        "packing",
        rows.PackedLot,
        ("lot",),
        (
            _must("Lô đóng gói", "lot", cells.CODE, "Số lô"),
            _must("GTIN", "gtin", cells.GTIN, "Mã GTIN"),
            _must("Số bao", "bags", cells.WHOLE, "Số lượng bao"),
            _must("Khối lượng bao (kg)", "net_bag_g", cells.KG, "KL tịnh bao"),
            _must("Ngày đóng gói", "packed_on", cells.DATE, "NSX"),
            _may("Hạn sử dụng", "best_before", cells.DATE, "HSD"),
            _must("Mẻ xay 1", "batch_1", cells.CODE, "Từ mẻ xay 1"),
            _must("Gạo từ mẻ 1 (kg)", "from_batch_1_g", cells.WHOLE_KG, "KL từ mẻ 1"),
            _may("Mẻ xay 2", "batch_2", cells.CODE, "Từ mẻ xay 2"),
            _may("Gạo từ mẻ 2 (kg)", "from_batch_2_g", cells.WHOLE_KG, "KL từ mẻ 2"),
            _may("Mẻ xay 3", "batch_3", cells.CODE, "Từ mẻ xay 3"),
            _may("Gạo từ mẻ 3 (kg)", "from_batch_3_g", cells.WHOLE_KG, "KL từ mẻ 3"),
            _may("Nhãn phát thải thấp", "labelled", cells.YES_NO, "Dán nhãn PTT"),
            _may("Số QĐ cấp nhãn", "grant", cells.CODE, "QĐ cấp nhãn"),
            _must("Đơn vị đóng gói", "packer", cells.CODE, "Nơi đóng gói"),
        ),
        checks.packed_lot,
    ),
    Kind(
        "pallets",
        rows.Pallet,
        ("sscc",),
        (
            _must("SSCC", "sscc", cells.SSCC, "Mã SSCC"),
            _must("Lô đóng gói", "lot", cells.CODE, "Số lô"),
            _must("Số bao", "bags", cells.WHOLE, "Số lượng bao"),
            _may("Ngày xếp", "stacked_on", cells.DATE, "Ngày lên pallet"),
        ),
        checks.pallet,
    ),
    Kind(
        "shipments",
        rows.Shipment,
        ("number",),
        (
            _must("Số chuyến", "number", cells.CODE, "Mã chuyến hàng"),
            _must("Số container", "container", cells.CONTAINER, "Số cont"),
            _may("Số chì", "seal", cells.CODE, "Số seal"),
            _may("Các pallet (SSCC)", "pallets", cells.SSCCS, "Danh sách SSCC"),
            _may("Lô và số bao", "loose_bags", cells.COUNTS, "Lô: số bao"),
            _must("Khối lượng tịnh (kg)", "net_g", cells.WHOLE_KG, "KL tịnh"),
            _must("Đơn vị xuất khẩu", "exporter", cells.CODE, "Bên xuất khẩu"),
            _must("Người mua", "buyer", cells.CODE, "Bên mua"),
            _must("Nước đến", "country", cells.CODE, "Mã nước đến"),
            _may("Đơn vị vận tải", "carrier", cells.CODE, "Hãng vận tải"),
            _may("Số hóa đơn", "invoice", cells.CODE, "Hóa đơn"),
            _may("Số vận đơn", "bill_of_lading", cells.CODE, "Vận đơn (B/L)"),
            _may("Số kiểm dịch thực vật", "phytosanitary", cells.CODE, "Số KDTV"),
            _must("Ngày tàu chạy", "departed_on", cells.DATE, "ETD"),
        ),
    ),
    Kind(
        "documents",
        rows.Document,
        ("number",),
        (
            _must("Số chứng từ", "number", cells.CODE, "Số văn bản"),
            _must("Loại", "document", cells.words(words.DOCUMENTS), "Loại chứng từ"),
            _must("Đơn vị phát hành", "issuer", cells.CODE, "Nơi cấp"),
            _must("Ngày phát hành", "issued_on", cells.DATE, "Ngày cấp"),
            _may("Liên quan đến", "concerns", cells.CODE, "Liên quan"),
            _must("Tập tin", "file_name", cells.CODE, "Tên tập tin"),
            _must("SHA-256", "sha256", cells.SHA256, "Mã băm SHA-256"),
        ),
        checks.document,
    ),
    Kind(
        "certifications",
        rows.Certification,
        ("number",),
        (
            _must("Số quyết định", "number", cells.CODE, "QĐ số"),
            _must("Loại quyết định", "decision", cells.words(words.DECISIONS), "Loại QĐ"),
            _may("Căn cứ", "basis", cells.CODE, "Căn cứ QĐ"),
            _must("Đơn vị ra quyết định", "issuer", cells.CODE, "Nơi ra quyết định"),
            _must("Đơn vị được cấp", "holder", cells.CODE, "Bên được cấp"),
            _must("Các mã vùng trồng", "areas", cells.CODES, "Danh sách MSVT"),
            _SEASON,
            _must("Ngày quyết định", "decided_on", cells.DATE, "Ngày ký"),
            _must("Hiệu lực từ", "valid_from", cells.DATE, "Từ ngày"),
            _may("Hiệu lực đến", "valid_to", cells.DATE, "Đến ngày"),
            _HECTARES,
            _may("Hạn mức (tấn gạo)", "quota_g", cells.TONNES, "Hạn mức"),
            _may("Giống (kg/ha)", "seed_kg_per_ha", cells.FIGURE, "Lượng giống"),
            _may("Giảm N (%)", "n_reduction_pct", cells.SIGNED, "Giảm đạm"),
            _may("Giảm thuốc (%)", "pesticide_reduction_pct", cells.SIGNED, "Giảm thuốc BVTV"),
            _may("Giảm nước (%)", "water_reduction_pct", cells.SIGNED, "Giảm nước tưới"),
            _may("Rơm thu gom (%)", "straw_collected_pct", cells.FIGURE, "Tỷ lệ thu gom rơm"),
            _may("Chế độ nước", "regime", cells.words(words.REGIMES), "Chế độ nước trong vụ"),
            _may(
                "Phát thải nền (kg CO2e/ha)",
                "baseline_kg_co2e_per_ha",
                cells.FIGURE,
                "Phát thải nền",
            ),
            _may(
                "Phát thải vụ (kg CO2e/ha)", "project_kg_co2e_per_ha", cells.FIGURE, "Phát thải vụ"
            ),
            _may("Giảm phát thải (%)", "ghg_reduction_pct", cells.SIGNED, "Giảm phát thải"),
            _may("Lý do", "reason", cells.NAME, "Nguyên nhân"),
            _may("Thay bằng", "successor", cells.CODE, "Quyết định thay thế"),
        ),
        checks.certification,
    ),
    Kind(
        "farmers_private",
        rows.Household,
        ("reference", "area"),
        (
            _must("Mã hộ", "reference", cells.CODE, "Mã nông hộ"),
            _must("Họ và tên", "name", cells.NAME, "Tên chủ hộ"),
            _may("Điện thoại", "phone", cells.CODE, "SĐT"),
            _AREA,
            _must("Diện tích (ha)", "area_m2", cells.HECTARES, "Diện tích"),
        ),
        private=True,
    ),
    Kind(
        "planting_areas",
        rows.PlantingArea,
        ("code",),
        (
            _must("code", "code", cells.CODE, "ma_vung_trong"),
            _must("cooperative", "cooperative", cells.CODE, "hop_tac_xa"),
            _must("commune_code", "commune_code", cells.CODE, "ma_xa"),
            _must("area_ha", "area_m2", cells.HECTARES, "dien_tich_ha"),
            _may("households", "households", cells.WHOLE, "so_ho"),
            _may("issued", "issued_on", cells.DATE, "ngay_cap"),
            _may("expires", "expires_on", cells.DATE, "ngay_het_han"),
            _may("approved_output_t", "approved_output_g", cells.TONNES, "san_luong_duyet_t"),
            _may("in_scheme", "in_scheme", cells.YES_NO, "trong_de_an"),
            _must("state", "state", cells.words(words.STATES), "trang_thai"),
        ),
    ),
)


def _translated(kind: Kind) -> Kind:
    named = ENGLISH[kind.name]
    columns = tuple(column._replace(english=named[column.field]) for column in kind.columns)
    return kind._replace(columns=columns)


KINDS: dict[str, Kind] = {kind.name: _translated(kind) for kind in _KINDS}


def kind_named(name: str) -> Kind:
    """Return the kind of that name, or refuse."""
    if name not in KINDS:
        raise MalformedError("import_kind_unknown", kind=name[:40], known=", ".join(KINDS))
    return KINDS[name]
