"""What banks call the columns of their files, for drafting a profile. Compared by ``header_key``."""

from __future__ import annotations

from collections.abc import Mapping

from loancrm.exchange.targets import FILES_OF_FACTS
from loancrm.i18n import catalogue

# Beside what the labels of the facts say, in both languages.
_MORE = {
    "statement.period_end": ("报表日期", "报告期", "period end"),
    "statement.total_assets": ("资产总额", "总资产"),
    "statement.total_liabilities": ("负债总额", "总负债"),
    "statement.equity": ("所有者权益合计", "净资产"),
    "statement.revenue": ("营业总收入", "主营业务收入", "销售收入"),
    "turnover.period_end": ("月末", "统计日期"),
    "academic.on": ("成绩日期",),
    "academic.gpa": ("绩点", "gpa"),
    "person.name": ("人员姓名", "联系人"),
    "series.name": ("指标名称", "series"),
    "series.value": ("指标值",),
}


def _facts() -> dict[str, tuple[str, ...]]:
    """Return the names of the fields of facts: their labels in Chinese and English, their keys, and more."""
    chinese = catalogue("zh_CN")
    return {
        f"{kind.name}.{field.name}": tuple(
            dict.fromkeys(
                (
                    chinese.gettext(field.label),
                    *_MORE.get(f"{kind.name}.{field.name}", ()),
                    field.label,
                    field.name,
                )
            )
        )
        for kind in FILES_OF_FACTS.values()
        for field in kind.fields
    }


# target -> names, the likeliest first
NAMES: Mapping[str, tuple[str, ...]] = {
    **_facts(),
    "customer.name": (
        "客户名称",
        "客户姓名",
        "借款人",
        "借款人名称",
        "企业名称",
        "学生姓名",
        "姓名",
        "户名",
        "name",
        "customer name",
        "borrower",
        "client",
    ),
    "customer.bank_number": (
        "客户号",
        "客户编号",
        "核心客户号",
        "ecif号",
        "customer number",
        "customer id",
        "client_id",
        "cif",
    ),
    "customer.uscc": ("统一社会信用代码", "社会信用代码", "uscc"),
    "customer.resident_id": ("身份证号", "身份证号码", "证件号码", "resident id", "id number"),
    "customer.phone": ("联系电话", "手机号", "手机", "电话", "phone", "mobile"),
    "customer.email": ("邮箱", "电子邮箱", "email", "e-mail"),
    "customer.region": ("地区", "所属地区", "所在地", "省份", "城市", "region", "state", "province"),
    "customer.industry": ("行业", "所属行业", "行业代码", "industry", "naics"),
    "customer.legal_representative": ("法定代表人", "法人代表", "法人"),
    "customer.actual_controller": ("实际控制人",),
    "customer.school": ("学校", "院校", "就读学校", "school"),
    "customer.major": ("专业", "major"),
    "customer.officer": ("客户经理", "管户经理", "管户人", "客户经理号", "officer", "account manager"),
    "customer.branch": ("机构", "支行", "经办机构", "机构号", "branch"),
    "loan.number": (
        "借据号",
        "借据编号",
        "贷款号",
        "贷款账号",
        "loan number",
        "loan_id",
        "loannr_chkdgt",
        "loan id",
    ),
    "loan.contract": ("合同号", "合同编号", "借款合同号", "contract number", "contract"),
    "loan.facility": ("授信编号", "授信协议号", "额度编号", "credit line", "facility"),
    "loan.renews": ("续贷原借据号", "无还本续贷原借据号", "renewal of", "renews"),
    "loan.refinances": ("借新还旧原借据号", "refinances", "refinanced loan"),
    "loan.principal": (
        "贷款金额",
        "放款金额",
        "借据金额",
        "发放金额",
        "本金",
        "principal",
        "amount",
        "loan amount",
        "disbursementgross",
    ),
    "loan.annual_rate": ("年利率(%)", "年利率", "执行利率", "利率", "rate", "interest rate"),
    "loan.disbursed_on": (
        "放款日期",
        "发放日期",
        "起息日",
        "借款日期",
        "disbursed on",
        "disbursement date",
        "disbursementdate",
        "start date",
    ),
    "loan.matures_on": ("到期日", "到期日期", "maturity", "maturity date", "matures on"),
    "loan.term_months": ("期限(月)", "贷款期限", "期限", "term", "term months", "duration"),
    "loan.product": ("产品", "产品名称", "贷款品种", "业务品种", "product"),
    "loan.security": ("担保方式", "主要担保方式", "security"),
    "loan.industry": ("贷款投向", "投向行业"),
    "loan.purpose": ("贷款用途", "用途", "purpose"),
    "loan.status": ("贷款状态", "状态", "结清标志", "status", "mis_status"),
    "loan.settled_on": ("结清日期", "settled on"),
    "loan.written_off_on": ("核销日期", "chgoffdate", "written off on"),
    "loan.written_off_amount": ("核销金额", "chgoffpringr", "written off amount"),
    "snapshot.on": ("数据日期", "统计日期", "日期", "as of", "date"),
    "snapshot.outstanding_principal": (
        "贷款余额",
        "本金余额",
        "余额",
        "outstanding",
        "outstanding principal",
        "balance",
    ),
    "snapshot.overdue_principal": ("逾期本金", "逾期金额", "拖欠本金", "overdue", "overdue principal"),
    "snapshot.unpaid_interest": ("欠息", "表内欠息", "拖欠利息", "表内欠息余额", "unpaid interest"),
    "snapshot.off_balance_interest": ("表外欠息", "表外欠息余额"),
    "snapshot.days_past_due": ("逾期天数", "本金逾期天数", "days past due", "dpd"),
    "snapshot.interest_days_past_due": ("欠息天数", "利息逾期天数"),
    "snapshot.class": ("五级分类", "风险分类", "五级分类结果", "class", "five tier"),
    "snapshot.bank_grade": ("信用等级", "客户评级", "内部评级", "grade", "rating"),
    "snapshot.annual_rate": ("当前利率",),
    "snapshot.reprices_on": ("下次重定价日", "重定价日期"),
    "snapshot.next_due_on": ("下次还款日", "下一还款日", "next due"),
    "snapshot.next_due_amount": ("下次还款金额", "下期应还", "next due amount"),
    "contact.on": ("联系日期", "拜访日期", "沟通日期", "日期", "date"),
    "contact.hour": ("联系时点", "时点", "钟点", "hour"),
    "contact.channel": ("联系方式", "渠道", "沟通方式", "channel"),
    "contact.purpose": ("联系目的", "事由", "目的", "purpose"),
    "contact.outcome": ("联系结果", "结果", "outcome", "result"),
    "contact.note": ("备注", "沟通内容", "内容", "纪要", "note", "notes"),
    "contact.officer": ("联系人员", "经办人", "客户经理", "officer"),
    "feedback.on": ("反馈日期", "投诉日期", "受理日期", "日期", "date"),
    "feedback.channel": ("受理渠道", "渠道", "channel"),
    "feedback.kind": ("反馈类型", "类型", "kind", "type"),
    "feedback.text": ("反馈内容", "投诉内容", "内容", "text", "description"),
    "feedback.time": ("受理时间", "投诉时间", "time"),
    "feedback.cause": ("投诉原因", "反馈原因", "原因", "cause"),
    "feedback.owner": ("处理人", "责任人", "承办人", "owner"),
    "feedback.answered_on": ("首次答复日期", "答复日期", "answered"),
    "feedback.resolved_on": ("办结日期", "办结时间", "resolved"),
    "feedback.rating": ("满意度", "评价", "rating"),
    "officer.code": ("工号", "员工号", "柜员号", "code", "staff number"),
    "officer.name": ("姓名", "员工姓名", "name"),
    "officer.branch": ("机构", "支行", "branch"),
    "officer.email": ("邮箱", "email"),
    "rate.series": ("利率品种", "品种", "series"),
    "rate.on": ("发布日期", "生效日期", "date"),
    "rate.annual_rate": ("利率(%)", "利率", "rate"),
}
# What tells the kind of a file: the first whose columns are all there.
SIGNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("snapshots", ("loan.number", "snapshot.outstanding_principal")),
    ("snapshots", ("loan.number", "snapshot.overdue_principal")),
    ("snapshots", ("loan.number", "snapshot.class")),
    ("loans", ("loan.number", "loan.principal")),
    ("rates", ("rate.series", "rate.annual_rate")),
    ("feedback", ("feedback.kind", "feedback.text")),
    ("contacts", ("contact.channel", "contact.outcome")),
    ("statements", ("statement.period_end", "statement.total_assets")),
    ("statements", ("statement.period_end", "statement.revenue")),
    ("turnovers", ("turnover.period_end", "turnover.average_deposits")),
    ("academic_records", ("academic.gpa",)),
    ("officers", ("officer.code", "officer.name")),
    ("customers", ("customer.name",)),
)
