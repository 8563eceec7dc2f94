-- Up Migration

-- How intake ended, beside the state: 直接答复, 即时转接; 告知法定途径, 解释说明, 转属地或其他热线, 移送线索. With whom it went to, where it went to anybody.
alter table work_order
  add column outcome text,
  add column outcome_body text check (outcome_body is null or outcome is not null);

-- What was not accepted said its reason on the timeline, which mixed two outcomes.
update work_order o set outcome = 'direct-answer' where o.state = 'ANSWERED';
update work_order o set outcome = case
    when (select e.detail->>'reason' from order_event e where e.order_id = o.id and e.kind = 'intake.reject' order by e.id desc limit 1)
      in ('state-secret', 'commercial-secret', 'privacy', 'against-public-order') then 'explained'
    else 'statutory-way' end
  where o.state = 'REJECTED';

alter table work_order
  add constraint work_order_outcome
    check (outcome in ('direct-answer', 'live-transfer', 'statutory-way', 'explained', 'transferred', 'clue')),
  add constraint work_order_outcome_state check (case state
    when 'ANSWERED' then outcome in ('direct-answer', 'live-transfer')
    when 'REJECTED' then outcome in ('statutory-way', 'explained', 'transferred', 'clue')
    else outcome is null end);
