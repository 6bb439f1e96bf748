// Written by `python -m tests.verifier.shapes`: what is read, by its types in Python.
export default {
  Found: `act=found;origin Origin;name LocalText;host FoundHost;threshold 1..16;
    keys NewKey[1,16];settings Settings`,
  Origin: /^(?=.{0,200}$)[a-z0-9][a-z0-9.-]*(:[0-9]+)?(\/[A-Za-z0-9._~-]+)*$/su,
  LocalText: `;vi Text;en Text`,
  Text: /^.{1,200}$/su,
  FoundHost: /^(?=.{0,100}$)[a-z0-9.-]+(%3A[0-9]{1,5})?$/su,
  NewKey: `;jwk Jwk;admin bool;not_after Moment;token?false bool;only?[] KindName[0,100];
    places?[] Uri[0,50]`,
  Jwk: `;kty =EC|OKP|RSA;crv?"" text;x?"" text;y?"" text;n?"" text;e?"" text`,
  Moment: /^(?:(?:(?:19|20)[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:(?:19|20)(?:0[48]|[2468][048]|[13579][26])|2000)-02-29)T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)$/su,
  KindName: /^[a-z][a-z_0-9]{0,39}$/su,
  Uri: /^(https:\/\/|urn:|did:)[\x21-\x7e]{1,250}$/su,
  Settings: `;yield_reject_g_m2 0..1e15;yield_warn_dx_g_m2 0..1e15;yield_warn_ht_g_m2 0..1e15;
    yield_warn_td_g_m2 0..1e15;white_reject_ppt 0..1000;white_warn_ppt 0..1000;
    white_low_ppt 0..1000;husk_low_ppt 0..1000;husk_high_ppt 0..1000;bran_low_ppt 0..1000;
    bran_high_ppt 0..1000;tolerance_ppt 0..1000;container_reject_g 0..1e15;
    container_warn_g 0..1e15;inspection_months 1..120;inspection_warn_months 1..120;
    factor_set =IPCC-2019-SEA|VN-SOUTH-VO2020;gwp_set =AR5|AR6|AR6-CCTS;deduction_ppt 0..1000;
    reduction_warn_kg_per_ha 0..1e12;reduction_warn_ppt 0..1000;suspension_months 1..120;
    key_days 1..366`,
  ChangeSettings: `act=change_settings;settings Settings`,
  RegisterActor: `act=register_actor;actor ActorId;did RegisterActorDid;name LocalText;
    legal_id?"" UpTo40;gln?"" RegisterActorGln;commune?"" RegisterActorCommune;
    licence?null ExportLicence;roles RoleGrant[0,16];keys NewKey[1,8];
    did_document?null DocumentBytes`,
  ActorId: /^(?=.{0,64}$)[a-z0-9]+(-[a-z0-9]+)*$/su,
  RegisterActorDid: /^did:web:[A-Za-z0-9.%:_-]{1,200}$/su,
  UpTo40: /^.{0,40}$/su,
  RegisterActorGln: /^([0-9]{13})?$/su,
  RegisterActorCommune: /^([0-9]{5})?$/su,
  ExportLicence: `;number ShortText;from_on Day;to_on Day`,
  ShortText: /^.{1,80}$/su,
  Day: /^(?:(?:(?:19|20)[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:(?:19|20)(?:0[48]|[2468][048]|[13579][26])|2000)-02-29))$/su,
  RoleGrant: `;role RoleName;scheme?"" text;communes?[] Commune[0,];from_on Day`,
  RoleName: "=accreditor|authority|buyer|carrier|cooperative|exporter|laboratory|mill|packer|registrar|scheme_owner|trader",
  Commune: /^[0-9]{5}$/su,
  DocumentBytes: /^(?=.{0,21848}$)[A-Za-z0-9+\/]+={0,2}$/su,
  GrantRole: `act=grant_role;actor ActorId;grant RoleGrant`,
  EndRole: `act=end_role;actor ActorId;role RoleName;scheme text;ended_on Day;reason Text`,
  EnrolKey: `act=enrol_key;actor ActorId;key NewKey`,
  RevokeKey: `act=revoke_key;kid Kid;reason =compromised|ended|lost|rotated;
    invalid_from?null Moment;valid_until?null Moment`,
  Kid: /^[A-Za-z0-9_-]{43}$/su,
  ChangeAccreditation: `act=change_accreditation;accreditation Uri;
    state =granted|suspended|withdrawn;from_on Day;reason Text;paper ShortText`,
  SnapshotDid: `act=snapshot_did;actor ActorId;document DocumentBytes`,
  RecoverKey: `act=recover_key;actor ActorId;key NewKey;lost Kid[0,16]`,
  Reaffirm: `act=reaffirm;kid Kid;entries 0..9007199254740991[1,500]`,
  RegisterArea: `act=register_area;area AreaCode;manager ActorId;commune Commune;area_m2 1..1e11;
    households 0..1e5;issued_on Day;expires_on Day;approved_output_g 0..1e15;in_scheme bool;
    boundary Digest;paper ShortText`,
  AreaCode: /^[A-Z0-9-]{4,40}$/su,
  Digest: /^[A-Za-z0-9+\/]{43}=$/su,
  ChangeArea: `act=change_area;area AreaCode;state =active|revoked|suspended;from_on Day;
    reason Text;paper ShortText`,
  InspectArea: `act=inspect_area;area AreaCode;inspected_on Day;stage?"" UpTo80;diary_kept bool;
    packaging_collected bool;result =fail|pass;report ShortText`,
  UpTo80: /^.{0,80}$/su,
  SignContract: `act=sign_contract;contract ContractUri;seller ActorId;buyer ActorId;
    season Season;areas AreaCode[1,200];area_m2 1..1e11;variety?"" UpTo40;seller_signed_on Day;
    buyer_signed_on Day;document?"" DigestOrNone;price?"" DigestOrNone;bonus?"" DigestOrNone;
    advance?"" DigestOrNone`,
  ContractUri: /^urn:rice:contract:(?:[A-Za-z0-9._~-]|%[0-9A-F]{2}){1,200}$/su,
  Season: /^(DX|HT|TD)-20[0-9]{2}$/su,
  DigestOrNone: /^([A-Za-z0-9+\/]{43}=)?$/su,
  SignBaseline: `act=sign_baseline;area AreaCode;season Season;scheme Uri;cooperative ActorId;
    verifier ActorId;signed_on Day;seed_g_per_ha 0..1e15;n_g_per_ha 0..1e15;sprayings 0..1000;
    water_l_per_ha 0..1e15;straw_buried_lt_30_g_per_ha 0..1e15;
    straw_buried_gt_30_g_per_ha 0..1e15;straw_burned_g_per_ha 0..1e15;
    regime =continuous|multiple|single;
    preseason =flooded_gt_30|non_flooded_gt_180|non_flooded_lt_180|unknown;days 1..366`,
  PresentPaper: `act=present_paper;paper PaperUri;
    kind =bill_of_lading|contract|invoice|laboratory|origin|phytosanitary|verifier;
    issuer ActorId;issued_on Day;concerns?"" UpTo80;digest Digest`,
  PaperUri: /^urn:rice:paper:(?:[A-Za-z0-9._~-]|%[0-9A-F]{2}){1,200}$/su,
  EnrolHousehold: `act=enrol_household;household HouseholdRef;area AreaCode;name Digest;
    phone?"" DigestOrNone;land Digest`,
  HouseholdRef: /^[A-Za-z0-9]{4,40}$/su,
  RecordErasure: `act=record_erasure;kind =contract|household;fields 1..1e5;erased_on Day;
    reason =asked|expired|withdrawn`,
  RegisterProduct: `act=register_product;gtin Gtin;form ProductForm;name LocalText;
    variety?"" UpTo40;bag_g?0 0..1e15;grade?"" UpTo40`,
  Gtin: /^[0-9]{14}$/su,
  ProductForm: "=bran|broken|head_rice|husk|packed|paddy",
  PublishScheme: `act=publish_scheme;scheme Uri;version Version;name LocalText;
    custody Custody[1,5];profiles Profile[1,16];document Digest;from_on Day`,
  Version: /^[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}$/su,
  Custody: "=book_and_claim|controlled_blending|identity_preserved|mass_balance|segregated",
  Profile: `;id Slug;name LocalText;effect Effect;attestation_type AttestationType;
    signers SignerRole[1,8];longest_days 1..3660;needs?[] Slug[0,8];
    two_persons?[] =audit|grant|withdraw[0,3];criteria?[] Criterion[0,40];quota?null Quota`,
  Slug: /^(?=.{0,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/su,
  Effect: "=covers|licenses|refers|states|transacts",
  AttestationType: "=certification|declaration|inspection|testing|validation|verification",
  SignerRole: "=confirmer|decision_body|laboratory|scheme_owner|verifier",
  Criterion: `;id Slug;name LocalText;unit UnitCode;relation Relation;threshold DecimalText;
    from_on Day;until_on?"9999-12-31" Day;required?true bool`,
  UnitCode: /^[A-Z0-9]{2,3}$/su,
  Relation: "=at_least|at_most|less_than|more_than",
  DecimalText: /^(?=.{0,20}$)(0|[1-9][0-9]{0,11})(\.[0-9]{0,5}[1-9])?$/su,
  Quota: `;most_g_per_ha 0..1e15;usual_g_per_ha?0 0..1e15`,
  ClaimReduction: `act=claim_reduction;area AreaCode;season Season;statement Uri;
    reduction_kg 1..1e12;registry ShortText;number ShortText`,
  DeclareRelation: `act=declare_relation;actor ActorId;other ActorId;
    kind =consultant|contract|family|owner`,
  Apply: `act=apply;application ApplyApplication;certifier ActorId;profile Slug;scheme Uri;
    areas AreaCode[1,200];season Season;area_m2 1..1e11;quota_g?0 0..1e15`,
  ApplyApplication: /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/su,
  DeclineApplication: `act=decline_application;application ApplyApplication;reason ReasonCode;
    remark?"" UpTo200;paper ShortText;decided_on Day`,
  ReasonCode: "=accreditation_ended|area_code_ended|complaint|false_statement|holder_asked|issued_wrongly|key_compromised|mark_misused|other|process_not_followed|put_right|quantity_differs|records_differ|scope_changed|second_decision",
  UpTo200: /^.{0,200}$/su,
  ChangeAttestation: `act=change_attestation;attestation Uri;
    state =granted|reduced|reinstated|superseded|suspended|withdrawn;from_on Day;
    reason ReasonCode;remark?"" UpTo200;paper ShortText;decided_by ActorId;area_m2?0 0..1e11;
    quota_g?0 0..1e15;successor?"" UriOrNone`,
  UriOrNone: /^((https:\/\/|urn:|did:)[\x21-\x7e]{1,250})?$/su,
  IssueLabels: `act=issue_labels;batch BatchName;lot LotUri;count 1..33554432;number_digits 4..5;
    root Digest;waiting?false bool`,
  BatchName: /^[A-Za-z0-9-]{1,40}$/su,
  LotUri: /^(?:https:\/\/id\.gs1\.org\/01\/[0-9]{14}\/10\/(?:[A-Za-z0-9._-]|%(?:2[125-9A-CF]|3[A-F])){1,20})$/su,
  ActivateLabels: `act=activate_labels;bag_ranges BagRange[1,500]`,
  BagRange: `;batch BatchName;first 1..33554432;last 1..33554432`,
  VoidLabels: `act=void_labels;bag_ranges BagRange[1,500];reason =damaged|lost|misprinted|stolen`,
  MarkBags: `act=mark_bags;batch BatchName;numbers 1..33554432[1,500];state =opened|sold|unsold;
    marked_at Moment;unit?"" MarkBagsUnit`,
  MarkBagsUnit: /^(https:\/\/id\.gs1\.org\/00\/[0-9]{18}|urn:epc:id:bic:[A-Z]{4}[0-9]{7})?$/su,
  Hold: `act=hold;lots LotUri[1,500];reason LocalText;scope?null Scope`,
  Scope: `;kind ScopeKind;id ScopeId;season?"" ScopeSeason`,
  ScopeKind: "=area|attestation|container|input|labels|lot|pallet",
  ScopeId: /^(?=.{1,200}$)[^\x00-\x1f]+$/su,
  ScopeSeason: /^((DX|HT|TD)-20[0-9]{2})?$/su,
  ClearHold: `act=clear_hold;lots LotUri[1,500];hold_index 0..;reason LocalText`,
  Recall: `act=recall;lots LotUri[1,500];reason LocalText;contact Text;scope?null Scope;
    bag_ranges?[] BagRange[0,500]`,
  ObjectEvent: `type=ObjectEvent;@context any;eventID EventId;eventTime EventTime;
    eventTimeZoneOffset =+07:00;bizStep ShortText;disposition? ShortText;rice:cte ShortText;
    readPoint? At;sourceList? Source[0,4];destinationList? Destination[0,4];
    bizTransactionList? Paper[0,16];sensorElementList? SensorElement[1,1];
    errorDeclaration? ErrorDeclaration;action =ADD|DELETE|OBSERVE;epcList? Unit[0,200];
    quantityList? Quantity[0,200];ilmd? Ilmd;rice:diary? Diary;
    rice:destinationCountry? ObjectEventCountry;rice:carriedBy? Uri;rice:vehicle? =boat|truck;
    rice:report? Digest;rice:reason? =contaminated|damaged|recalled|refused|spoiled|unsold;
    rice:countedBags? 1..33554432`,
  EventId: /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/su,
  EventTime: /^(?:(?:(?:19|20)[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:(?:19|20)(?:0[48]|[2468][048]|[13579][26])|2000)-02-29)T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\+07:00)$/su,
  At: `;id Uri`,
  Source: `;type =owning_party|possessing_party;source Uri`,
  Destination: `;type =owning_party|possessing_party;destination Uri`,
  Paper: `;type =bol|cert|desadv|inv|po|recadv|testres;bizTransaction Uri`,
  SensorElement: `;sensorMetadata? SensorMetadata;sensorReport SensorReport[1,1]`,
  SensorMetadata: `;deviceID Uri;rice:readBy =manual|sensor`,
  SensorReport: `;type =Dimensionless|Length;value number;uom =CMT|P1;
    rice:property =rice:grainMoisture|rice:waterLevel`,
  ErrorDeclaration: `;declarationTime EventTime;reason =did_not_occur|incorrect_data;
    correctiveEventIDs EventId[0,16]`,
  Unit: /^(?:https:\/\/id\.gs1\.org\/00\/[0-9]{18}|urn:epc:id:bic:[A-Z]{3}[UJZ][0-9]{7})$/su,
  Quantity: `;epcClass LotUri;quantity number;uom? =KGM`,
  Ilmd: `;rice:variety? ShortText;rice:season? Season;rice:plantingAreaCode? AreaCode;
    rice:harvestEndDate? Day;rice:packDate? Day;cbvmda:bestBeforeDate? Day;
    rice:netWeight? Measure`,
  Measure: `;rice:value number;rice:unitCode =HAR|KGM|MTQ`,
  Diary: `;rice:plantingAreaCode AreaCode;rice:season Season;rice:workedArea? Measure;
    rice:byMachine? bool;rice:variety? ShortText;rice:seedClass? ShortText;
    rice:inputName? ShortText;rice:activeIngredient? ShortText;rice:composition? ShortText;
    rice:dose? ShortText;rice:preHarvestDays? 0..400;rice:mass? Measure;rice:nitrogen? Measure;
    rice:phosphate? Measure;rice:potash? Measure;rice:water? Measure;
    rice:strawOf? =crop_before|this_crop;rice:collected? Measure;rice:buriedUnder30Days? Measure;
    rice:buriedOver30Days? Measure;rice:burned? Measure;rice:bought? Measure;
    rice:returned? Measure`,
  ObjectEventCountry: /^[A-Z]{2}$/su,
  TransformationEvent: `type=TransformationEvent;@context any;eventID EventId;
    eventTime EventTime;eventTimeZoneOffset =+07:00;bizStep ShortText;disposition? ShortText;
    rice:cte ShortText;readPoint? At;sourceList? Source[0,4];destinationList? Destination[0,4];
    bizTransactionList? Paper[0,16];sensorElementList? SensorElement[1,1];
    errorDeclaration? ErrorDeclaration;inputQuantityList Quantity[1,400];
    outputQuantityList Quantity[1,16];ilmd? Ilmd;certificationInfo? Uri[0,4];
    rice:custodyModel? Custody;rice:processLoss? Loss;rice:drawingOrder? =first_in|last_in|mixed`,
  Loss: `;rice:quantity number;rice:uom =KGM`,
  AggregationEvent: `type=AggregationEvent;@context any;eventID EventId;eventTime EventTime;
    eventTimeZoneOffset =+07:00;bizStep ShortText;disposition? ShortText;rice:cte ShortText;
    readPoint? At;sourceList? Source[0,4];destinationList? Destination[0,4];
    bizTransactionList? Paper[0,16];sensorElementList? SensorElement[1,1];
    errorDeclaration? ErrorDeclaration;action =ADD|DELETE;parentID Unit;childEPCs? Unit[0,200];
    childQuantityList? Quantity[0,200];rice:seal? ShortText`,
  Credential: `~;@context text[0,];type text[0,];id Uri;issuer Named;validFrom text;
    validUntil text;name Text;credentialStatus?null any;credentialSubject Subject`,
  Named: `~;id Uri;name Text`,
  Subject: `~;name Text;issuedToParty Named;referenceScheme Named;referenceProfile Named;
    auditableEvidence?null Mention;conformityAssessment Assessment[1,1];
    conformityCertificate?null Link`,
  Mention: `~;linkURL text;linkName text`,
  Assessment: `~;assessedPerformance Performance[0,];assessedFacility Verification[1,500];
    conformance bool;assessedProduct?[] ProductVerification[0,1];evidence?[] Link[0,1]`,
  Performance: `~;metric Named;measure?null CredentialMeasure;score?null Score`,
  CredentialMeasure: `~;value number;unit UnitCode`,
  Score: `~;code ScoreCode`,
  ScoreCode: /^[!-~]{1,80}$/su,
  Verification: `~;facility Facility`,
  Facility: `~;registeredId AreaCode`,
  ProductVerification: `~;product Goods`,
  Goods: `~;id LotUri`,
  Link: `~;linkURL Uri;linkName Text;digestMultibase?"" LinkDigest`,
  LinkDigest: /^zQm[1-9A-HJ-NP-Za-km-z]{44}$/su,
  Anchor: `~;@context text[0,];type text[0,];id Uri;issuer Named;validFrom text;validUntil text;
    name Text;credentialSubject AnchorSubject`,
  AnchorSubject: `~;id Uri;registeredName Text;registeredId ShortText;registeredDate text;
    registerType =accreditation;registrationScope Uri[1,201];idScheme?null Named;
    schemeId?null Named`,
  AccreditedRole: "=confirmer|decision_body|laboratory|verifier",
};
