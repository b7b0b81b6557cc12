"""The clauses of a policy file: what they look at, what they grant, what they say."""

import re
from collections.abc import Callable

from helpdesk.rules.claim_terms import REASONS, Condition, EvidenceKind, Fault, OrderState, Remedy
from helpdesk.rules.policy_filling import blanks_in, blanks_of, has_stray_brace
from helpdesk.rules.policy_predicates import FLAGS, LISTS, RANGES, WORDS, Is, Predicate, within
from helpdesk.rules.policy_terms import Clause, GoodsBack, Shipping, Then, Verdict
from helpdesk.rules.policy_values import LONGEST_TEXT, N_, Table

MOST_CLAUSES = 200
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
WITHIN = re.compile(r"[1-9][0-9]{0,2}(bd|d|h)_after_(receipt|notice|approval)")
COUNTRY = re.compile(r"[A-Z]{2}")
REGION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
LANGUAGES = ("zh", "en")
KINDS = ("force_majeure", "goodwill", "statutory")
KNOWN: dict[str, tuple[str, ...]] = {
    "state": tuple(OrderState),
    "reason": tuple(REASONS),
    "fault": tuple(Fault),
    "condition": tuple(Condition),
    "condition_not": tuple(Condition),
}
SHAPES = {"country": COUNTRY, "country_not": COUNTRY, "region": REGION}


def read_clauses(
    top: Table, *, currency: str, languages: tuple[str, ...], is_floor: bool = False
) -> tuple[Clause, ...]:
    """All clauses, in the order of the file."""
    clauses: list[Clause] = []
    lines: dict[str, int] = {}
    for table in top.tables("clause", "clause"):
        clause = _clause(table, currency, languages, is_floor)
        if clause.id and clause.id in lines:
            table.complain(
                "id",
                N_("%(id)s is the id of the clause on line %(line)s too"),
                id=clause.id,
                line=lines[clause.id],
            )
        lines.setdefault(clause.id, clause.line)
        clauses.append(clause)
    if not clauses:
        top.complain("clause", N_("there is no clause"))
    if len(clauses) > MOST_CLAUSES:
        top.complain("clause", N_("there are more than %(count)s clauses"), count=MOST_CLAUSES)
    return tuple(clauses)


def _clause(table: Table, currency: str, languages: tuple[str, ...], is_floor: bool) -> Clause:
    clause_id = table.text("id", required=True)
    if clause_id:
        table.where = f"clause {clause_id}"
        if not ID.fullmatch(clause_id):
            table.complain(
                "id", N_("%(key)s may have letters, digits, dots, dashes and underscores only"), key="id"
            )
    when = table.table("when")
    before = len(table.faults.found)
    evidence = when.members("evidence", EvidenceKind)
    predicates = _when(when)
    is_clear = len(table.faults.found) == before
    clause = Clause(
        id=clause_id,
        when=predicates,
        evidence=evidence,
        then=_then(table.table("then"), currency, is_floor=is_floor),
        text={},
        kind=table.choice("kind", KINDS),
        law=table.text("law", required=is_floor, longest=300),
        line=table.faults.line(table.path),
    )
    texts = _texts(table, languages, blanks_of(clause) if is_clear else None)
    if not table.has("then"):
        table.complain("", N_("%(key)s is missing"), key="then")
    if clause.evidence and clause.then.decision is Verdict.DENY:
        when.complain("evidence", N_("nobody is asked for evidence in order to be refused"))
    table.close()
    return Clause(
        id=clause.id, when=clause.when, evidence=evidence, then=clause.then,
        text=texts, kind=clause.kind, law=clause.law, line=clause.line,
    )  # fmt: skip


def _when(table: Table) -> tuple[Predicate, ...]:
    """In the order of the file, as the trace shows them."""
    readers: dict[str, Callable[[Table, str], Predicate | None]] = {
        **dict.fromkeys(LISTS, _list),
        **dict.fromkeys(RANGES, _range),
        **dict.fromkeys(FLAGS, _flag),
    }
    predicates = [readers[key](table, key) for key in table.values if key in readers]
    table.known |= set(WORDS)
    table.close()
    return tuple(predicate for predicate in predicates if predicate is not None)


def _list(table: Table, key: str) -> Predicate | None:
    kind, fact = LISTS[key]
    words = table.words(key, KNOWN.get(key))
    shape = SHAPES.get(key)
    for word in words:
        if shape and not shape.fullmatch(word):
            table.complain(key, N_("%(word)s is not a code of ISO 3166, like DE or CN-GD"), word=word)
    return kind(key, fact, frozenset(words), words) if words else None


def _range(table: Table, key: str) -> Predicate | None:
    bounds = table.table(key)
    least, most = bounds.whole("min", None), bounds.whole("max", None)
    undelivered_ok = bounds.flag("undelivered_ok") if key.endswith("since_delivery") else False
    bounds.close()
    if least is None and most is None and not undelivered_ok:
        if not {"min", "max"} & set(bounds.values):
            table.complain(key, N_("%(key)s needs a min or a max"), key=key)
        return None
    if least is not None and most is not None and least > most:
        table.complain(
            key,
            N_("%(key)s can never be: its min %(least)s is above its max %(most)s"),
            key=key,
            least=least,
            most=most,
        )
    return within(key, least, most, undelivered_ok=undelivered_ok)


def _flag(table: Table, key: str) -> Predicate | None:
    value = table.take(key, bool, None)
    return None if value is None else Is(key, key, value)


def _then(table: Table, currency: str, *, is_floor: bool) -> Then:
    decision = table.member("decision", Verdict, None)
    if decision is None and "decision" not in table.values:
        table.complain("", N_("%(key)s is missing"), key="decision")
    if decision is Verdict.NEED_INFO:
        table.complain(
            "decision", N_("need_info comes by itself where evidence is missing: say allow or review")
        )
    refund = table.table("refund")
    items, shipping = refund.percent("items", 100), refund.member("shipping", Shipping, Shipping.NONE)
    refund.close()
    back, above = _goods_back(table, currency)
    then = Then(
        decision=decision or Verdict.REVIEW,
        remedies=table.members("remedies", Remedy),
        alternatives=table.members("alternatives", Remedy),
        items_percent=items,
        shipping=shipping or Shipping.NONE,
        restocking_percent=table.percent("restocking_percent", 0),
        partial_cap=table.percent("partial_cap", 100),
        partial_by=table.choice("partial_by", ("bad_quantity",)),
        goods_back=back,
        goods_back_above=above,
        return_shipping=table.choice("return_shipping", ("buyer", "seller")),
        auto=table.flag("auto"),
        for_lead=table.flag("for_lead"),
        refund_within=_refund_within(table),
        deduction=table.choice("deduction", ("diminished_value_review",)),
        withhold_until=table.choice("withhold_until", ("goods_or_proof", "inspected")),
        same_means=table.flag("same_means"),
    )
    table.close()
    if not is_floor:
        _check_then(table, then, decision)
    return then


def _check_then(table: Table, then: Then, decision: Verdict | None) -> None:
    if decision is Verdict.DENY and then.remedies:
        table.complain("remedies", N_("a denial grants no remedies: name them as alternatives"))
    if decision in (Verdict.ALLOW, Verdict.REVIEW) and not then.remedies and "remedies" not in table.values:
        table.complain("", N_("%(key)s is missing"), key="remedies")
    if then.auto and decision is not Verdict.ALLOW:
        table.complain("auto", N_("only what is allowed can be carried out by itself"))
    if then.auto and Remedy.FULL_REFUND not in then.remedies:
        table.complain("auto", N_("only a full refund can be carried out by itself"))
    if then.auto and then.goods_back is not GoodsBack.NEVER:
        table.complain("auto", N_("what is carried out by itself cannot wait for goods: return is not never"))
    if then.goods_back is not GoodsBack.NEVER and not then.return_shipping:
        table.complain("return", N_("say who pays the way back: return_shipping"))
    needs_goods = {Remedy.RETURN_REFUND} & set(then.remedies)
    if needs_goods and then.goods_back is GoodsBack.NEVER:
        table.complain("remedies", N_("return_refund needs the goods back: return is never"))


def _goods_back(table: Table, currency: str) -> tuple[GoodsBack, int]:
    said = table.text("return")
    kind, _, amount = said.partition(":")
    if kind == GoodsBack.IF_VALUE_ABOVE and amount:
        return GoodsBack.IF_VALUE_ABOVE, table.read_amount("return", amount, currency) or 0
    if said not in ("", GoodsBack.REQUIRED, GoodsBack.NEVER):
        table.complain("return", N_("%(said)s is not required, never or if_value_above:50.00"), said=said)
    return GoodsBack(said) if said in (GoodsBack.REQUIRED, GoodsBack.NEVER) else GoodsBack.NEVER, 0


def _refund_within(table: Table) -> str:
    said = table.text("refund_within")
    if said and not WITHIN.fullmatch(said):
        table.complain("refund_within", N_("%(said)s is not a time like 7d_after_receipt"), said=said)
    return said


def _texts(clause_table: Table, languages: tuple[str, ...], blanks: frozenset[str] | None) -> dict[str, str]:
    """By language. Which blanks are filled is not known while a condition is wrong: None."""
    table = clause_table.table("text")
    texts = {
        language: table.text(language, longest=LONGEST_TEXT) for language in LANGUAGES if table.has(language)
    }
    table.close()
    for language in languages:
        if not texts.get(language, "").strip():
            table.complain(
                "", N_("the text in %(language)s is missing, a language of this shop"), language=language
            )
    for language, text in texts.items():
        for blank in sorted(blanks_in(text) - blanks) if blanks is not None else ():
            table.complain(
                language, N_("nothing fills {%(blank)s} in this clause: it has %(known)s"),
                blank=blank, known=", ".join(sorted(blanks or ())),
            )  # fmt: skip
        if has_stray_brace(text):
            table.complain(language, N_("a brace without its partner in the text"))
    return texts
