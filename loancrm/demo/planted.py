"""What the simulation plants in the sample book, for whoever looks for it."""

from __future__ import annotations

PLANTED: tuple[tuple[str, str], ...] = (
    ("industry_shock", "Arrears rise in building materials (C30) after its shock, and in no other trade."),
    ("calls_follow", "A missed payment that lasts is followed by a collection call within days."),
    ("talking_cures", "Who was reached while in arrears pays sooner than who was not."),
    ("promises", "Most promises to pay are kept; a broken one brings another call."),
    ("graduates", "Students who have left fall behind more often than those who still study."),
    ("slow_approvals", "Approvals in Zhengzhou and Luoyang are slow in the second half; complaints say so."),
    ("measure", "Complaints about approval fall after the measure three months before the end."),
    (
        "cause",
        "The cause of the measure fell, who spoke of it is more satisfied; of another cause nothing changed.",
    ),
    ("neglect", "chen.jie leaves customers uncontacted far longer than any colleague."),
    ("segments", "Customers move between segments at every quarter's end, into risk and out of it."),
    ("ladder", "A live loan matures on each step of the ladder: T-90, T-60, T-30, T-7, T-1."),
    ("latest_data", "Since the data before: loans newly past due, settled and disbursed."),
    ("soon", "Instalments fall due within three days, credit lines end within ninety."),
    ("next_steps", "Follow-ups are due today, late and ahead."),
    ("hand_overs", "zhao.lei leaves and a region changes hands; who had whom before is kept."),
    (
        "leading_ratio",
        "Current ratios of building materials fall in the statement before payments are missed.",
    ),
    (
        "warnings",
        "A falling current ratio warns of building materials weeks before their payments are missed.",
    ),
    ("file", "Most borrowers have two years of statements; bureau reports rest on consents that held."),
    (
        "relations",
        "Takings over the accounts here fall in building materials after the shock; partners sent students.",
    ),
    (
        "checks",
        "Firms' loans are checked after the draw and each quarter, two officers on site; chen.jie's are not.",
    ),
    ("campaign", "Members of a campaign get in touch more often than those who were left out by lot."),
    (
        "satisfaction",
        "The speed of approval satisfies more after the measure in Zhengzhou and Luoyang, and not elsewhere.",
    ),
    ("events", "Guests of three events accepted, came or stayed away; one event is still to come."),
    ("churn", "Firms are lost in the year; of those won back each has a loan again, of the others none."),
    (
        "playbooks",
        "Playbooks of payment trouble ended: cured where nothing is past due any more, else not.",
    ),
    ("control", "Checks found two cases of three put right; an incident is open, and one limit is broken."),
    ("referral_chain", "One firm brought the next, four in a row; the chain counts once."),
    ("points", "Months in order earn points, never in arrears and never beyond the cap; a few spend some."),
    ("carried", "Loans carried here are paid in time, early, late, or given time; one is observed anew."),
    ("promises_here", "Of two promises for loans carried here one was kept and one is broken."),
    ("applications", "Applications stand at every stage, some for longer than the policy's target."),
    ("misuse", "A check found money used otherwise than agreed; the bank's class does not know it."),
    ("losses", "A few insolvent firms roll through every bucket and are written off."),
)
