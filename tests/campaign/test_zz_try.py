import random, pathlib, time
from datetime import timedelta
import pytest
from include.campaign.plan import load_plan
from include.campaign.report import write_letters
from include.campaign.render import render

@pytest.fixture
def small_plan():
    return load_plan(pathlib.Path('include/plan'))

@pytest.mark.parametrize("case", ["normal", "common", "ledger", "held"])
def test_x(frozen, campaign_conn, case):
    rnd = random.Random(5)
    plan = frozen.plan
    out=pathlib.Path('/tmp/papers')/case; out.mkdir(exist_ok=True, parents=True)
    codes = [r.code for r in plan.registries]
    before = frozen.close("2025-03-05")
    close = frozen.close("2025-03-06", state="held" if case=="held" else "closed", held_why="tổng các lớp không bằng tổng số trường hợp ở huyện Hải Lăng" if case=="held" else None, ledger_reading_id=None if case=="ledger" else 7)
    unread = {"19366": "unreachable", "19429": "hung", "19600":"refused"}
    n=0
    for c in codes:
        q = plan.quota("plan37", c, "registry"); q = q.cases if q and q.cases is not None else None
        share = min(1, max(0, rnd.gauss(.36, .14)))
        if rnd.random()<.03: share=1
        if rnd.random()<.03: share=0
        e = int((q or 120)*share); r=int(e*rnd.uniform(.6,.97)); ed=int(e*.17); rd=int(r*.2)
        if case=="ledger": r=rd=None
        frozen.registry(before, c, (e-ed, (r or 0)-(rd or 0)), (ed, rd))
        if c in unread:
            frozen.registry(close, c, (None, r), (None, rd), outcome=unread[c], last_known="2025-03-05")
        else:
            frozen.registry(close, c, (e, r), (ed, rd), queued=rnd.randint(0,400), awaiting=rnd.randint(0,90), open_defects=rnd.randint(0,9), state_read_at=close.as_of+timedelta(hours=15) if case=="common" else None)
            if q and share < (.8 if case=="common" else .25):
                frozen.flag(close, c, quota=q, done=e, due=int(q*.383), needed_per_day=(q-e)/9.25, pace_per_day=ed, streak=rnd.randint(1,3), newly=rnd.random()<.4); n+=1
                ct=plan.contact(c,"head",close.day)
                if case!="common": frozen.insert("ladder.step", close_key=close.key, registry_code=c, level="unit", told_unit=ct.unit_code, told_office=ct.office, told_address=ct.email)
            for code,st in (("DUP_RECORD","rejected"),("DUP_PERSON","rejected"),("BAD_DATE","rejected"),("SCAN_MISSING","rejected"),("REMOTE_TIMEOUT","failed"),("REMOTE_UNAVAILABLE","failed")):
                for ph in (1,2):
                    if ph==1 and code!="DUP_RECORD": continue
                    frozen.insert("closing.code_count", close_key=close.key, registry_code=c, register="KS", phase=ph, state=st, error_code=code, entries=rnd.randint(1,20)*(10 if ph==1 else 1))
    frozen.insert("ladder.evening", close_key=close.key, judged=115, flagged=n, newly=n//3 if case!="common" else 61, verdict="common cause" if case=="common" else "stepped")
    for i in range(500):
        frozen.insert("transfers.decision", day_key=close.key, registry_code=rnd.choice(codes), entry_id=i, rule="x", requeue_key="k", why="x", decided_at=close.as_of, run_id="x", state="requeued" if i>20 else "unreached")
    for c, f, o, nw, why in (("19333","entered",None,400,"late data"),("19333","received",None,400,"late data"),("19360","entered",500,488,"source changed"),("19360","received",470,469,"source changed")):
        frozen.insert("closing.restatement", close_key="2025-03-05", registry_code=c, register="KS", phase=2, figure=f, old=o, new=nw, why=why, restated_at=close.as_of, run_id="x")
    t=time.time(); letters = write_letters(campaign_conn, plan, frozen.calendar, close); t1=time.time()
    papers=[render(l) for l in letters]; t2=time.time()
    print(case, len(letters), t1-t, t2-t1, max(len(p.html.encode()) for p in papers))
    for i,(l,p) in enumerate(zip(letters,papers)):
        name="+".join(b.kind for b in l.blocks)[:40]
        if i<2 or len(l.blocks)>1 or i==len(letters)-1:
            (out/f'{i:03}-{name}.html').write_text(p.html); (out/f'{i:03}-{name}.txt').write_text(p.plain)
            print(p.subject, len(p.html.encode()))
