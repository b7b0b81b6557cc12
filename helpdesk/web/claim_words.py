"""What staff reads of evidence: short words for kinds and ways."""

from helpdesk.rules.claim_terms import EvidenceKind
from helpdesk.web.translate import _l

EVIDENCE = {
    EvidenceKind.PHOTO: _l("photo of the goods"),
    EvidenceKind.PHOTO_OF_PARCEL: _l("photo of the parcel"),
    EvidenceKind.VIDEO: _l("video"),
    EvidenceKind.LISTING: _l("product page"),
    EvidenceKind.SCREENSHOT: _l("screenshot"),
    EvidenceKind.STATEMENT: _l("statement of the payment"),
    EvidenceKind.TRACKING: _l("the carrier's record"),
    EvidenceKind.WEIGHT: _l("weight of the parcel"),
}
WAYS = {"mail": _l("by mail"), "page": _l("by the buyer's page"), "agent": _l("added by a colleague")}
