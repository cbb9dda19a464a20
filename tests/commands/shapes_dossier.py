"""What the commands of a customer's file show as JSON: a shape for each kind of fact, written by hand."""

from __future__ import annotations

from typing import Any

from .patterns import CODE, CUSTOMER, DATE, MONEY, SIX, TEXT, maybe

SIGNED_SIX = rf"-?{SIX}"
OF_CUSTOMER = {"owner": CUSTOMER, "owner_name": TEXT}
COMPANY = {"owner": r"C-00001", "owner_name": "华达机械有限公司"}
STUDENT = {"owner": r"C-00002", "owner_name": "王小明"}


def line(prefix: str, owner: dict[str, Any], on: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"number": rf"{prefix}-\d{{5}}", **owner, **on, **fields}


DAY = {"on": DATE}
LINES = dict.fromkeys(
    (
        "cash",
        "receivables",
        "inventory",
        "current_assets",
        "fixed_assets",
        "total_assets",
        "short_term_debt",
        "current_liabilities",
        "long_term_debt",
        "total_liabilities",
        "retained_earnings",
        "equity",
        "revenue",
        "cost_of_sales",
        "depreciation",
        "ebit",
        "interest_expense",
        "tax",
        "net_profit",
        "operating_cash_flow",
        "investing_cash_flow",
        "financing_cash_flow",
        "capital_expenditure",
        "distributions",
    ),
    maybe(MONEY),
)
FACT_LINES: dict[str, dict[str, Any]] = {
    "statement": line(
        "FS",
        COMPANY,
        {},
        period_end=DATE,
        months=int,
        filed_on=maybe(DATE),
        is_audited=maybe(bool),
        is_consolidated=maybe(bool),
        auditor=maybe(TEXT),
        **LINES,
    ),
    "turnover": line(
        "TO",
        COMPANY,
        {},
        period_end=DATE,
        months=int,
        inflow=maybe(MONEY),
        outflow=maybe(MONEY),
        sales_inflow=maybe(MONEY),
        average_deposits=maybe(MONEY),
    ),
    "holding": line(
        "HO",
        COMPANY,
        {},
        product=TEXT,
        opened_on=DATE,
        closed_on=maybe(DATE),
        amount=maybe(MONEY),
        note=maybe(TEXT),
    ),
    "bureau": line(
        "BR",
        COMPANY,
        DAY,
        consent=r"CN-\d{5}",
        outstanding_bad=maybe(MONEY),
        outstanding_watch=maybe(MONEY),
        outstanding_elsewhere=maybe(MONEY),
        lenders=maybe(int),
        guarantees_given=maybe(MONEY),
        queries=maybe(int),
        repayment_string=maybe(TEXT),
        overdue_elsewhere=maybe(MONEY),
        payments_elsewhere=maybe(MONEY),
    ),
    "academic": line(
        "AR",
        STUDENT,
        DAY,
        term=maybe(TEXT),
        gpa=maybe(SIX),
        gpa_scale=SIX,
        credits_earned=maybe(SIX),
        credits_expected=maybe(SIX),
        failed_courses=maybe(int),
        standing=maybe(CODE),
    ),
    "income": line(
        "IC",
        STUDENT,
        DAY,
        earner=("student", "household"),
        basis=("expected", "actual"),
        monthly_amount=MONEY,
        origin=maybe(TEXT),
    ),
    "referral": line(
        "RF", OF_CUSTOMER, DAY, referrer=maybe(r"C-\d{5}"), partner=maybe(r"PA-\d{5}"), note=maybe(TEXT)
    ),
    "person": line(
        "PE",
        OF_CUSTOMER,
        DAY,
        name=TEXT,
        role=CODE,
        position=maybe(TEXT),
        phone=maybe(r"139\*{4}9000"),
        email=maybe(r".\*{3}@example\.com"),
        resident_id=maybe(r"\d{3}\*{13}[0-9X]{2}"),
        share=maybe(SIX),
        birthday=maybe(DATE),
        calendar=("solar", "lunar"),
        preferred_channel=maybe(CODE),
        note=maybe(TEXT),
    ),
    "consent": line(
        "CN",
        OF_CUSTOMER,
        DAY,
        person=TEXT,
        purpose=CODE,
        channel=maybe(CODE),
        expires_on=maybe(DATE),
        is_withdrawn=maybe(bool),
        evidence=maybe(TEXT),
    ),
    "connection": line("CX", OF_CUSTOMER, DAY, kind=CODE, name=TEXT, role=maybe(TEXT), share=maybe(SIX)),
    "need": line(
        "NE",
        OF_CUSTOMER,
        DAY,
        kind=CODE,
        amount=maybe(MONEY),
        from_on=maybe(DATE),
        months=maybe(int),
        annual_rate=maybe(SIX),
        repayment=maybe(CODE),
        channel=maybe(CODE),
        risk_appetite=maybe(CODE),
        school_year=maybe(TEXT),
        note=maybe(TEXT),
    ),
    "plan": line(
        "SP",
        OF_CUSTOMER,
        DAY,
        offer=TEXT,
        need=maybe(r"NE-\d{5}"),
        product=maybe(CODE),
        amount=maybe(MONEY),
        state=("offered", "presented", "accepted", "declined", "given"),
        state_on=DATE,
    ),
    "collateral": line(
        "CO",
        COMPANY,
        DAY,
        kind=CODE,
        description=TEXT,
        owned_by=maybe(TEXT),
        loan=maybe(TEXT),
        released_on=maybe(DATE),
    ),
    "appraisal": line(
        "AP",
        COMPANY,
        DAY,
        collateral=r"CO-\d{5}",
        value=MONEY,
        prior_claims=MONEY,
        appraiser=maybe(TEXT),
        valid_until=maybe(DATE),
    ),
    "guarantor": line(
        "GU",
        OF_CUSTOMER,
        DAY,
        name=TEXT,
        other=maybe(CUSTOMER),
        kind=CODE,
        amount=maybe(MONEY),
        loan=maybe(TEXT),
        expires_on=maybe(DATE),
    ),
    "proceeds": line(
        "UP",
        COMPANY,
        DAY,
        loan=TEXT,
        reference=TEXT,
        method=CODE,
        amount=MONEY,
        payee=maybe(TEXT),
        purpose=maybe(TEXT),
        evidence=maybe(TEXT),
        deviation=maybe(CODE),
        found_on=maybe(DATE),
        settled_on=maybe(DATE),
        note=maybe(TEXT),
    ),
    "clock": line(
        "CK",
        OF_CUSTOMER,
        {},
        kind=CODE,
        started_on=DATE,
        expires_on=maybe(DATE),
        loan=maybe(TEXT),
        collateral=maybe(r"CO-\d{5}"),
        restarts=maybe(r"CK-\d{5}"),
        what=maybe(TEXT),
        restarted_by=maybe(r"CK-\d{5}"),
    ),
    "mark": line(
        "MK",
        OF_CUSTOMER,
        DAY,
        kind=CODE,
        loan=maybe(TEXT),
        expected_loss=maybe(SIX),
        is_lifted=maybe(bool),
        evidence=maybe(TEXT),
        note=maybe(TEXT),
    ),
    "check": line(
        "PC",
        OF_CUSTOMER,
        DAY,
        kind=("first", "regular", "special"),
        loan=maybe(TEXT),
        is_on_site=bool,
        officer=maybe(TEXT),
        second_officer=maybe(TEXT),
        result=maybe(CODE),
        finding=maybe(TEXT),
        evidence=maybe(TEXT),
        next_on=maybe(DATE),
    ),
    "rating": line("RA", OF_CUSTOMER, DAY, criterion=CODE, value=int, note=maybe(TEXT)),
    "series": line("SE", {}, DAY, name=TEXT, key=str, value=SIGNED_SIX, published_on=maybe(DATE)),
    "partner": line(
        "PA",
        {},
        DAY,
        name=TEXT,
        kind=CODE,
        region=maybe(TEXT),
        person=maybe(TEXT),
        phone=maybe(r"\*+2345"),
        note=maybe(TEXT),
    ),
    "event": line(
        "EV",
        {},
        DAY,
        title=TEXT,
        kind=CODE,
        held_on=DATE,
        place=maybe(TEXT),
        cost=maybe(MONEY),
        organiser=maybe(TEXT),
        note=maybe(TEXT),
        invited=int,
        attended=int,
        held_back=int,
    ),
    "campaign": line(
        "CA",
        {},
        DAY,
        title=TEXT,
        condition=TEXT,
        channel=maybe(CODE),
        message=maybe(TEXT),
        cost=maybe(MONEY),
        hold_out=SIX,
        most=maybe(int),
        seed=int,
        organiser=maybe(TEXT),
        members=int,
        comparison=int,
        held_back=int,
    ),
    "measure": line(
        "ME",
        {},
        DAY,
        title=TEXT,
        cause=CODE,
        business_line=maybe(CODE),
        product=maybe(CODE),
        service_stage=maybe(CODE),
        officer=maybe(TEXT),
        note=maybe(TEXT),
        version=int,
    ),
    "recognition": line(
        "RG",
        {"owner": "li.wei", "owner_name": "李伟"},
        DAY,
        what=TEXT,
        kind=CODE,
        amount=maybe(MONEY),
        reason=maybe(TEXT),
    ),
    "training": line(
        "TR",
        {"owner": "li.wei", "owner_name": "李伟"},
        DAY,
        what=TEXT,
        kind=CODE,
        due_on=DATE,
        done_on=maybe(DATE),
        result=maybe(TEXT),
    ),
}

TRAINING_DUE = {
    "number": r"TR-\d{5}",
    "officer": TEXT,
    "name": TEXT,
    "kind": CODE,
    "what": TEXT,
    "due_on": DATE,
    "days_late": int,
}
CHECK_DUE = {
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "loan": TEXT,
    "kind": CODE,
    "due_on": DATE,
    "days_late": int,
    "rule": CODE,
    "last_on": maybe(DATE),
}
EVENT_PAGE = {
    "event": r"EV-\d{5}",
    "title": TEXT,
    "kind": CODE,
    "held_on": DATE,
    "place": maybe(TEXT),
    "organiser": maybe(TEXT),
    "note": maybe(TEXT),
    **dict.fromkeys(
        ("invited", "accepted", "declined", "attended", "uninvited", "no_show", "followed", "held_back"), int
    ),
    "held_back_by": dict,
    "cost": maybe(MONEY),
    "cost_per_guest": maybe(MONEY),
}
GUEST_LINE = {
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "state": ("invited", "held_back", "accepted", "declined", "attended", "no_show"),
    "since": DATE,
    "reason": maybe(CODE),
    "is_invited": bool,
    "followed_on": maybe(DATE),
    "note": maybe(TEXT),
}
MEMBER_LINE = {
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "arm": ("member", "comparison", "held_back"),
    "reason": maybe(CODE),
    "on": DATE,
}
SIGNED = rf"-?{SIX}"
OUTCOME_LINE = {
    "outcome": CODE,
    "members": int,
    "member_hits": int,
    "member_share": maybe(SIX),
    "compared": int,
    "compared_hits": int,
    "compared_share": maybe(SIX),
    "difference": maybe(SIGNED),
    "low": maybe(SIGNED),
    "high": maybe(SIGNED),
    "cost_per_hit": maybe(MONEY),
    "cost_per_more": maybe(MONEY),
    "basis": ("lot", "held_back", "none"),
    "frozen_on": DATE,
    "until": DATE,
    "is_over": bool,
}
EVENT_OUTCOME = {
    "outcome": CODE,
    "against": ("absent", "not_invited"),
    "attended": int,
    "attended_hits": int,
    "attended_share": maybe(SIX),
    "compared": int,
    "compared_hits": int,
    "compared_share": maybe(SIX),
    "difference": maybe(SIGNED),
    "low": maybe(SIGNED),
    "high": maybe(SIGNED),
    "cost_per_hit": maybe(MONEY),
    "held_on": DATE,
    "until": DATE,
    "is_over": bool,
}
PLAN_STEP_LINE = line(
    "PS",
    OF_CUSTOMER,
    DAY,
    plan=r"SP-\d{5}",
    step=("presented", "accepted", "declined", "given"),
    note=maybe(TEXT),
)
FACT_LOOKS: tuple[tuple[str, Any], ...] = (
    *((f"{noun} list", [shape]) for noun, shape in FACT_LINES.items()),
    ("check due --within 365d", [CHECK_DUE]),
    ("event show EV-1", EVENT_PAGE),
    ("event guests EV-1", [GUEST_LINE]),
    ("plan steps", [PLAN_STEP_LINE]),
    ("training due --within 60d", [TRAINING_DUE]),
    ("plan steps SP-3", [PLAN_STEP_LINE]),
    ("event result EV-1 --within 30d", [EVENT_OUTCOME]),
    ("campaign members CA-1", [MEMBER_LINE]),
    ("campaign result CA-1 --within 30d", [OUTCOME_LINE]),
)


def receipt(noun: str, prefix: str) -> dict[str, Any]:
    """The shape of what ``add`` and ``void`` answer."""
    return {
        "number": rf"{prefix}-\d{{5}}",
        "kind": (noun,),
        "owner": None if noun in ("series", "partner", "event", "campaign", "measure") else TEXT,
        "on": DATE,
        "replaced": maybe(rf"{prefix}-\d{{5}}"),
        "warnings": [TEXT],
    }


# A book with one of each: what is shown, what can be voided, what other facts rest on.
FILE = """\
loancrm --store B.db statement add C-00001 --period-end 2024-12-31 --filed-on 2025-03-31 --is-audited yes --total-assets 900 --total-liabilities 500 --equity 400 --revenue 1100.5
loancrm --store B.db statement add C-00001 --period-end 2026-06-30 --months 6 --total-assets 1000 --operating-cash-flow -12.34
loancrm --store B.db turnover add C-00001 --period-end 2026-10-31 --inflow 120000 --outflow 90000.5 --average-deposits 30000
loancrm --store B.db holding add C-00001 --product 对公存款 --opened-on 2019-05-01 --amount 88000
loancrm --store B.db consent add C-00001 --person 陈刚 --purpose bureau_query --on 2026-01-05 --expires-on 2027-01-05
loancrm --store B.db consent add C-00002 --person 王小明 --purpose contact --channel wechat --on 2026-11-20
loancrm --store B.db bureau add C-00001 --on 2026-01-06 --consent CN-00001 --outstanding-bad 0 --lenders 3 --guarantees-given 500000
loancrm --store B.db academic add C-00002 --on 2026-07-10 --term 2025-2 --gpa 3.42 --credits-earned 62 --credits-expected 64.5 --standing good
loancrm --store B.db person add C-00001 --name 张敏 --role finance --phone 13900139000 --email zhang.min@example.com --share 12.5%
loancrm --store B.db person add C-00002 --name 王建国 --role guardian --resident-id 11010519491231002X --birthday 1970-01-15 --calendar lunar
loancrm --store B.db connection add C-00001 --kind group --name 华达集团 --role 子公司 --share 60%
loancrm --store B.db need add C-00001 --kind equipment --amount 800000 --from-on 2027-01-10 --months 36 --annual-rate 3.9% --repayment level
loancrm --store B.db need add C-00002 --kind living --school-year 2026-2027
loancrm --store B.db plan add C-00001 --offer 设备贷款 --need NE-00001 --product fixed_asset --amount 750000
loancrm --store B.db plan add C-00002 --offer 生活费贷款
loancrm --store B.db plan add C-00001 --offer 供应链融资 --on 2026-11-02
loancrm --store B.db plan answer SP-00003 accepted --on 2026-11-09 --note 同意
loancrm --store B.db collateral add C-00001 --kind real_estate --description 厂房 --owned-by 陈刚 --loan JJ-0002 --on 2026-02-20
loancrm --store B.db collateral add C-00001 --kind vehicle --description 货车
loancrm --store B.db appraisal add C-00001 --collateral CO-00001 --on 2026-02-18 --value 1200000 --prior-claims 200000 --valid-until 2027-02-18
loancrm --store B.db guarantor add C-00001 --name 宏远担保有限公司 --amount 500000 --loan JJ-0002 --expires-on 2029-03-02
loancrm --store B.db guarantor add C-00002 --name 王建国 --other C-00001
loancrm --store B.db proceeds add C-00001 --loan JJ-0001 --reference ZF-1 --on 2026-01-16 --method entrusted --amount 1500000 --payee 宏远贸易有限公司 --purpose 采购钢材 --evidence 增值税发票
loancrm --store B.db proceeds add C-00001 --loan JJ-0002 --reference ZF-2 --on 2026-03-05 --method self --amount 20000
loancrm --store B.db clock add C-00001 --kind registration --started-on 2026-02-25 --expires-on 2031-02-25 --collateral CO-00001 --what 抵押登记
loancrm --store B.db clock add C-00001 --kind limitation --started-on 2026-10-01 --expires-on 2029-10-01 --loan JJ-0001
loancrm --store B.db mark add C-00001 --kind misuse --loan JJ-0002 --on 2026-10-20 --evidence 用途检查报告
loancrm --store B.db check record C-00001 --on 2026-04-10 --kind first --loan JJ-0002 --on-site --officer li.wei --second zhao.min --result in_order --finding 设备已安装 --evidence 照片三张
loancrm --store B.db check record C-00001 --on 2026-10-12 --on-site --second zhao.min --result watch --finding 库存增加 --next 2026-12-01
loancrm --store B.db rating add C-00001 --criterion business_stability --value 4 --on 2026-11-01 --note 订单稳定
loancrm --store B.db series add --name pmi --on 2026-10-31 --value 49.8 --published-on 2026-10-31
loancrm --store B.db series add --name growth --key C34 --on 2026-09-30 --value -0.5
loancrm --store B.db partner add --name 海淀资助中心 --kind aid_centre --region 北京 --phone 01062512345
loancrm --store B.db referral add C-00002 --on 2026-01-10 --referrer C-00001 --note 员工子女
loancrm --store B.db partner add --name 朝阳商会 --kind referrer
loancrm --store B.db referral add C-00001 --on 2026-01-05 --partner PA-00002
loancrm --store B.db income add C-00002 --on 2026-11-01 --monthly-amount 6000 --origin 就业去向调查
loancrm --store B.db income add C-00002 --on 2026-11-02 --earner household --basis actual --monthly-amount 8500.5
loancrm --store B.db consent add C-00001 --person 陈刚 --purpose marketing --on 2026-01-05
loancrm --store B.db consent add C-00002 --person 王小明 --purpose marketing --on 2026-01-05 --is-withdrawn yes
loancrm --store B.db event add --title 融资讲座 --kind seminar --held-on 2026-11-18 --place 北京 --cost 3000 --organiser li.wei --on 2026-11-02
loancrm --store B.db event invite EV-1 C-00001 C-00002 --on 2026-11-05
loancrm --store B.db event attend EV-1 C-00002 --note 自行前来
loancrm --store B.db event add --title 开放日 --kind open_day --held-on 2026-12-10
loancrm --store B.db campaign add --title 续贷宣传 --where "kind in (enterprise, student)" --channel wechat --message 可提前办理续贷 --cost 200 --on 2026-11-10
loancrm --store B.db recognition add li.wei --on 2026-10-08 --what 季度先进 --kind bonus --amount 2000 --reason 清收
loancrm --store B.db training add li.wei --what 反洗钱 --kind compliance --due-on 2026-12-31
""".splitlines()  # noqa: E501 - one command a line

ADDS = """\
statement add C-00001 --period-end 2025-12-31 --filed-on 2026-03-20 --total-assets 1000 --current-assets 450 --current-liabilities 300 --total-liabilities 600 --equity 400 --retained-earnings 200 --ebit 80 --revenue 1200
statement add C-00001 --period-end 2024-12-31 --total-assets 950 --replace
turnover add C-00001 --period-end 2026-09-30 --sales-inflow 0
holding add C-00002 --product 借记卡 --opened-on 2024-09-01
bureau add C-00001 --on 2026-11-20 --consent cn-1 --queries 2
academic add C-00002 --on 2026-01-15 --gpa 3.1
person add C-00001 --name 陈刚 --role legal_representative --share 87.5%
consent add C-00001 --person 陈刚 --purpose bureau_query --on 2026-11-21 --is-withdrawn yes
connection add C-00002 --kind family --name 王家
need add C-00001 --kind working_capital
plan add C-00001 --offer 流动资金贷款 --need ne-1
collateral add C-00001 --kind deposit --description 存单
appraisal add C-00001 --collateral CO-1 --on 2026-11-20 --value 1100000
guarantor add C-00001 --name 陈刚
proceeds add C-00001 --loan JJ-0002 --reference ZF-3 --on 2026-03-06 --method self --amount 5000 --deviation use_changed --found-on 2026-05-01
proceeds add C-00001 --loan JJ-0002 --reference ZF-2 --on 2026-03-05 --method self --amount 20000 --evidence 合同 --replace
clock add C-00001 --restarts CK-00002 --started-on 2026-11-05
clock add C-00001 --kind seizure --started-on 2026-11-02 --expires-on 2029-11-02
mark add C-00001 --kind expected_loss --expected-loss 55% --on 2026-11-20
mark add C-00002 --kind unfound
check record C-00001 --on-site --second zhao.min --finding 库存正常 --next 2027-02-28
check record C-00002 --kind special --on 2026-11-20 --result risk --finding 休学
rating add C-00001 --criterion overall --value 3 --on 2026-11-20
series add --name pmi --on 2026-11-15 --value 50.1
partner add --name 复旦大学 --kind school
referral add C-00002 --on 2026-11-02 --partner pa-1
income add C-00002 --on 2026-11-10 --monthly-amount 6500 --origin 录用通知
recognition add li.wei --on 2026-11-09 --what 服务之星
training add li.wei --what 信贷考试 --kind examination --due-on 2026-12-20
event add --title 校园讲座 --kind campus --held-on 2027-01-10
measure add --title 增派审批人手 --cause slow_approval --line corporate --service-stage approval --officer zhao.min
""".splitlines()  # noqa: E501 - one command a line
VOIDS = """\
statement void FS-00002
turnover void to-1
holding void HO-00001 --why 记错
bureau void BR-00001
academic void AR-00001
person void PE-00001
consent void CN-00002
connection void CX-00001
need void NE-00002
plan void SP-00002
collateral void CO-00002
appraisal void AP-00001
guarantor void GU-00002
proceeds void UP-00002
clock void CK-00002
mark void MK-00001
check void PC-00002 --why 记错
rating void RA-00001
series void SE-00001
referral void RF-00002
partner void PA-00001
income void IC-00002
recognition void RG-00001
training void TR-00001
event void EV-00001
campaign void CA-00001 --why 未发送
measure void ME-00001 --why 记错
""".splitlines()
PLAN_RECEIPT = {
    "plan": r"SP-\d{5}",
    "owner": CUSTOMER,
    "state": ("presented", "accepted", "declined", "given"),
    "on": DATE,
}
STEPS: tuple[tuple[str, Any], ...] = tuple(
    (words, PLAN_RECEIPT)
    for words in (
        "plan present SP-00001 --note 电话介绍",
        "plan answer sp-1 declined",
        "plan given SP-3 --on 2026-11-20",
    )
)
INVITED = {
    "event": r"EV-\d{5}",
    "invited": int,
    "held_back": int,
    "held_back_by": dict,
    "known": int,
    "undecided": int,
    "undecided_rules": dict,
}
STEP_TAKEN = {"event": r"EV-\d{5}", "step": CODE, "customers": int, "uninvited": int}
MARKETING: tuple[tuple[str, Any], ...] = (
    ("event invite EV-2 --where 'kind in (enterprise, student)'", INVITED),
    ("event attend EV-1 C-00001 --as 接受", STEP_TAKEN),
    ("event attend EV-1 --rest --as no_show", STEP_TAKEN),
    (
        "event follow EV-1 --next 2026-12-01 --next-what 送授信方案",
        {"event": r"EV-\d{5}", "contacts": int, "follow_ups": int},
    ),
    (
        "campaign add --title 年终 --where 'kind = enterprise' --hold-out 20%",
        {
            "number": r"CA-\d{5}",
            **dict.fromkeys(("members", "comparison", "held_back"), int),
            "held_back_by": dict,
            "undecided": int,
            "undecided_rules": dict,
        },
    ),
)
EDITED = {"number": r"ME-\d{5}", "kind": ("measure",), "on": DATE, "version": int, "changed": [CODE]}
EDITS: tuple[tuple[str, Any], ...] = (
    ("measure edit ME-1 --title 材料全部线上提交 --cause slow_approval --on 2026-11-12", EDITED),
)
FACT_CHANGES: tuple[tuple[str, Any], ...] = (
    STEPS
    + MARKETING
    + EDITS
    + tuple(
        (words, receipt(noun, FACT_LINES[noun]["number"].partition("-")[0]))
        for words in (*ADDS, *VOIDS)
        for noun in (words.split()[0],)
    )
)


def some(noun: str, *names: str) -> dict[str, Any]:
    return {name: FACT_LINES[noun][name] for name in names}


# What customer show has of the file beside the customer's own fields.
FILE_ON_PAGE: dict[str, Any] = {
    "registration_number": maybe(TEXT),
    "development_stage": maybe(CODE),
    "policy_tags": maybe(r"[a-z_,]+"),
    "preferred_channel": maybe(CODE),
    "family_income": maybe(CODE),
    "graduated_on": maybe(DATE),
    "employment": maybe(CODE),
    "archived_on": maybe(DATE),
    "size_computed": maybe(("large", "medium", "small", "micro")),
    "size_computed_from": maybe(r"[a-z_,]+"),
    "year_of_study": maybe(int),
    "size_figures": maybe(
        {
            "industry": TEXT,
            "employees": maybe(int),
            "revenue": maybe(MONEY),
            "total_assets": maybe(MONEY),
            "statement": maybe(r"FS-\d{5}"),
            "period_end": maybe(DATE),
        }
    ),
    "industry_scheme": maybe("GB/T 4754-2017"),
    "people": [some("person", "number", "name", "role", "position", "phone", "preferred_channel")],
    "next_clock": maybe(some("clock", "number", "kind", "started_on", "expires_on", "loan", "what")),
    "last_check": maybe(
        some("check", "number", "on", "kind", "loan", "is_on_site", "result", "finding", "next_on")
    ),
    "next_check": maybe({"loan": TEXT, "kind": CODE, "due_on": DATE, "days_late": int, "rule": CODE}),
    "statement": maybe(
        some(
            "statement",
            *("number", "period_end", "months", "is_audited"),
            *("total_assets", "equity", "revenue", "net_profit"),
        )
    ),
    "collateral": maybe({"pieces": int, "appraised": int, "value": maybe(MONEY)}),
    "consents": [some("consent", "number", "person", "purpose", "channel", "on", "expires_on")],
    "needs": [some("need", "number", "kind", "amount", "from_on", "months")],
    "plans": [some("plan", "number", "offer", "amount", "state", "state_on")],
    "referral": maybe({**some("referral", "number", "on", "referrer", "partner"), "name": TEXT}),
    "income": maybe(some("income", "number", "on", "earner", "basis", "monthly_amount")),
    "connections": [some("connection", "number", "kind", "name", "role")],
    "events": [{"event": r"EV-\d{5}", "title": TEXT, "held_on": DATE, "state": CODE}],
    "warnings": [
        {"warning": r"W-\d{5}", "rule": maybe(CODE), "kind": CODE, "severity": CODE, "text": TEXT}
        | {"state": CODE, "raised_on": DATE}
    ],
    "surveys": [
        {"response": r"SR-\d{5}", "survey": TEXT, "on": DATE, "low": [CODE]}
        | {"overall": maybe(int), "nps": maybe(int), "ces": maybe(int)}
        | {"dimensions": [{"code": CODE, "title": TEXT, "value": int}]}
    ],
}

FACT_FILES = (
    *(
        "statements",
        "turnovers",
        "holdings",
        "bureau_reports",
        "academic_records",
        "incomes",
        "people",
        "consents",
    ),
    *(
        "connections",
        "needs",
        "plans",
        "plan_steps",
        "collaterals",
        "appraisals",
        "guarantors",
        "proceeds",
        "clocks",
        "marks",
        "checks",
        "ratings",
    ),
    *(
        "series",
        "partners",
        "referrals",
        "events",
        "guests",
        "measures",
        "warnings",
        "trainings",
        "recognitions",
        "indicators",
    ),
)
