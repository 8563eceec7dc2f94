// Every write on one order, for tests that try them all.
/** An order there is not. */
export const uuid = '00000000-0000-4000-8000-000000000000'
const basis = { basis: 'designated', evidence: '指定' }
const soon = new Date(Date.now() + 3_600_000).toISOString()

/**
 * By method and path below the order: every write on one order, with a body that would do. Who is not to know of the order gets the
 * answer of an order there is not.
 */
export const writes: Readonly<Record<string, object>> = {
  'put draft': { version: 1, title: '改' },
  'post receive': { version: 1 },
  'post file': { version: 1, requestType: 'COMPLAINT', confidential: false },
  'put matter': { version: 1, aboutUnitId: null, title: '无事' },
  'post answer': { version: 1, reply: '已答复' },
  'post reject': { version: 1, reply: '不受理', reason: 'litigation' },
  'post merge': { version: 1, targetId: uuid },
  'post unmerge': { version: 1, reason: '不是同一件事' },
  'post praise': { version: 1, unitId: 'D05' },
  'post complainants': { number: '13900001044' },
  'post notes': { text: '我说两句' },
  'post calls': { callId: 'no-such-call', role: 'reminder' },
  'post answer-texts': { text: '您好', agreed: true },
  'post dispatch': { version: 1, mode: 'single', unitIds: ['no-such-unit'], ...basis },
  'post forward': { version: 1, unitId: 'D05' },
  'post sign': { version: 1 },
  'post return': { version: 1, reason: '不属本单位' },
  'post approve-return': { version: 1, unitId: 'D05', ...basis },
  'post refuse-return': { version: 1, decision: '属本单位' },
  'post arrive': { version: 1 },
  'post start': { version: 1 },
  'post request-help': { version: 1, reason: '协调', level: 1 },
  'post resolve-help': { version: 1, unitId: 'D05', ...basis },
  'post request-extension': { version: 1, reason: '等', until: soon },
  'post grant-extension': { version: 1, until: soon },
  'post refuse-extension': { version: 1, decision: '不准' },
  'post object': { version: 1, code: 'not-our-powers', reason: '不属职责', evidence: '三定方案第二条' },
  'post uphold-objection': { version: 1, unitId: 'D05', ...basis, decision: '属实' },
  'post refuse-objection': { version: 1, decision: '属本单位' },
  'post park': { version: 1, reason: 'works-period', plan: '列入明年大修', leaderId: 'P21', until: soon },
  'post approve-parking': { version: 1 },
  'post refuse-parking': { version: 1, decision: '现在就能修' },
  'post object-to-parking': { version: 1, reason: '等不了一年' },
  'post end-parking': { version: 1, reason: '材料已到' },
  'post report': { version: 1, text: '已办' },
  'post accept-report': { version: 1 },
  'post send-back': { version: 1, reason: '缺照片' },
  'post draft-answer': { version: 1, reply: '已清理' },
  'post review-answer': { version: 1 },
  'post co-sign': { version: 1 },
  'post co-arrive': { version: 1 },
  'post co-report': { version: 1, text: '已办' },
  'post verify': { version: 1, passed: true },
  'post checks': { version: 1, verification: 'waived', reason: '不必' },
  'post close': { version: 1 },
  'post rework': { version: 1, reason: '再办' },
  'post reopen': { version: 1, reason: '再办' },
  'post urge': { reason: '催' },
  'post photos': {},
  'delete photos/{photo}': {},
  'post attachments': {},
  'delete attachments/{attachment}': {}
}
