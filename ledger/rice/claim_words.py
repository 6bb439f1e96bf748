"""What certificates say, name by name, in the two languages of the house; as `plain_words`."""

from __future__ import annotations

from ledger.errors import Words

ATTESTED: dict[str, Words] = {
    "id": Words("Id", "Mã"),
    "number": Words("Number of the certificate", "Số chứng nhận"),
    "profile": Words("What is certified", "Loại chứng nhận"),
    "scheme": Words("Scheme", "Chương trình"),
    "issuer_did": Words("Certifier", "Nơi chứng nhận"),
    "issued_to_did": Words("Certified for", "Cấp cho"),
    "areas": Words("Planting areas", "Các mã vùng trồng"),
    "season": Words("Season", "Vụ"),
    "from_on": Words("In force from", "Có hiệu lực từ ngày"),
    "until_on": Words("In force until", "Có hiệu lực đến ngày"),
    "area_m2": Words("Certified area (square metres)", "Diện tích chứng nhận (mét vuông)"),
    "quota_g": Words("Quota of white rice (grams)", "Hạn mức gạo trắng (gam)"),
    "figures": Words("Figures", "Các số liệu"),
}
"""What the ledger reads in a certificate."""

CLAIMS: dict[str, Words] = {
    "@context": Words("Vocabularies", "Bộ từ vựng"),
    "assessedFacility": Words("Assessed places", "Nơi được đánh giá"),
    "assessedPerformance": Words("Assessed performance", "Kết quả đánh giá"),
    "assessmentCriteria": Words("Criteria", "Tiêu chí"),
    "assessmentDate": Words("Assessed on", "Đánh giá ngày"),
    "assessmentLevel": Words("Level of assessment", "Cấp đánh giá"),
    "assessorLevel": Words("Who assessed", "Bên đánh giá"),
    "attestationType": Words("Type of attestation", "Kiểu chứng nhận"),
    "authorisation": Words("Authorised by", "Được công nhận bởi"),
    "code": Words("Code", "Mã"),
    "conformance": Words("Conforms", "Phù hợp"),
    "conformityAssessment": Words("Assessments", "Các đánh giá"),
    "conformityTopic": Words("Topics", "Chủ đề"),
    "credentialStatus": Words("Where its state is published", "Nơi công bố tình trạng"),
    "credentialSubject": Words("What is certified", "Nội dung chứng nhận"),
    "description": Words("Description", "Mô tả"),
    "digestMultibase": Words("Digest", "Mã băm"),
    "endorsementEvidence": Words("Evidence of authorisation", "Bằng chứng công nhận"),
    "evidence": Words("Evidence", "Bằng chứng"),
    "facility": Words("Place", "Địa điểm"),
    "hashMethod": Words("Digest method", "Cách băm"),
    "id": Words("Id", "Mã"),
    "idVerifiedByCAB": Words(
        "Place was verified by the certifier",
        "Nơi chứng nhận đã xác minh địa điểm",
    ),
    "issuedToParty": Words("Certified for", "Cấp cho"),
    "issuer": Words("Certifier", "Nơi chứng nhận"),
    "issuingAuthority": Words("Authority", "Cơ quan"),
    "linkName": Words("Name of the link", "Tên liên kết"),
    "linkURL": Words("Link", "Liên kết"),
    "measure": Words("Measured", "Đo được"),
    "mediaType": Words("Type of file", "Kiểu tệp"),
    "metric": Words("Figure", "Chỉ tiêu"),
    "name": Words("Name", "Tên"),
    "referenceProfile": Words("Profile", "Hồ sơ áp dụng"),
    "referenceScheme": Words("Scheme", "Chương trình"),
    "registeredId": Words("Registered number", "Số đăng ký"),
    "score": Words("Score", "Kết quả xếp loại"),
    "statusListCredential": Words("List of states", "Danh sách tình trạng"),
    "statusListIndex": Words("Place in the list", "Vị trí trong danh sách"),
    "statusPurpose": Words("Purpose of the list", "Mục đích danh sách"),
    "type": Words("Type", "Kiểu"),
    "unit": Words("Unit", "Đơn vị"),
    "validFrom": Words("In force from", "Có hiệu lực từ"),
    "validUntil": Words("In force until", "Có hiệu lực đến"),
    "value": Words("Value", "Giá trị"),
}
"""Members of certificates (UNTP 0.7.0, W3C VC 2.0)."""
