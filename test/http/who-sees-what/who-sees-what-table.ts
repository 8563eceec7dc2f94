// Who reads what of which order: the oracle of who-sees-what.test.ts.
import type { Role } from '../../../src/domain/people/roles.ts'

/** What the matter of each kind is told by: no two share a word. */
export const matters = {
  ordinary: { number: '13900001011', name: '赵先生', title: '甲摊占道', description: '甲家门口每天早上都有摊子。' },
  confidential: { number: '13900001022', name: '钱女士', title: '乙人举报', description: '乙是我对门的邻居。' },
  restricted: { number: '13900001033', name: '孙同志', title: '丙信反映', description: '丙科长收了我的礼。' },
  entered: { number: '13900001077', name: '周同志', title: '己件反映', description: '己处长收了我的卡。' },
  about: { number: '13900001044', name: '李师傅', title: '丁队推诿', description: '丁队来了三次都不管。' }
} as const
export type Kind = keyof typeof matters
export const masked = (number: string): string => `${number.slice(0, 3)}****${number.slice(-4)}`

/*
 * The oracle, written by hand. For each person and kind of order: `-` never learns that there is one; else what is read:
 * W the words, N the name, m the number masked, f in full. `restricted` is a letter to the Party mailbox; `entered` came by a channel that
 * an administrator entered and restricted, and has the letter's readers. `about` is a complaint about an office of the town
 * T02: hidden from the office and from the town above it. Each is led by D11 with the help of U08, a property manager and no government.
 * The second column is while the order is handled by D11 in T02, the third while its spot is to be seen.
 */
export const table: ReadonlyArray<[
  who: string, roles: Role[], unit: string | null, handled: Record<Kind, string>, verified: Record<Kind, string>
]> = [
  ['another-agent', ['AGENT'], null, { ordinary: 'WNm', confidential: 'WNm', restricted: '-', entered: '-', about: 'WNm' },
    { ordinary: 'WNm', confidential: 'WNm', restricted: '-', entered: '-', about: 'WNm' }],
  ['leader-of-shift', ['SHIFT_LEADER'], null, { ordinary: 'WNm', confidential: 'WNm', restricted: 'WNm', entered: 'WNm', about: 'WNm' },
    { ordinary: 'WNm', confidential: 'WNm', restricted: 'WNm', entered: 'WNm', about: 'WNm' }],
  ['dispatcher', ['DISPATCHER'], null, { ordinary: 'WNm', confidential: 'WNm', restricted: 'WNm', entered: 'WNm', about: 'WNm' },
    { ordinary: 'WNm', confidential: 'WNm', restricted: 'WNm', entered: 'WNm', about: 'WNm' }],
  ['officer', ['CALLBACK_OFFICER'], null, { ordinary: 'WNf', confidential: 'WNf', restricted: 'WNf', entered: 'WNf', about: 'WNf' },
    { ordinary: 'WNf', confidential: 'WNf', restricted: 'WNf', entered: 'WNf', about: 'WNf' }],
  ['supervisor', ['SUPERVISOR'], null, { ordinary: 'WNm', confidential: 'WNm', restricted: 'WNm', entered: 'WNm', about: 'WNm' },
    { ordinary: 'WNm', confidential: 'WNm', restricted: 'WNm', entered: 'WNm', about: 'WNm' }],
  ['coordinator', ['EMERGENCY_COORDINATOR'], null, { ordinary: 'WNm', confidential: '', restricted: '-', entered: '-', about: 'WNm' },
    { ordinary: 'WNm', confidential: '', restricted: '-', entered: '-', about: 'WNm' }],
  ['leader', ['LEADER'], null, { ordinary: 'WNm', confidential: '', restricted: '-', entered: '-', about: 'WNm' },
    { ordinary: 'WNm', confidential: '', restricted: '-', entered: '-', about: 'WNm' }],
  ['administrator', ['ADMINISTRATOR'], null, { ordinary: 'WNm', confidential: '', restricted: '-', entered: '-', about: 'WNm' },
    { ordinary: 'WNm', confidential: '', restricted: '-', entered: '-', about: 'WNm' }],
  ['its-handler', ['HANDLER'], 'D11', { ordinary: 'WNm', confidential: '', restricted: '', entered: '', about: 'WNm' },
    { ordinary: 'WNm', confidential: '', restricted: '', entered: '', about: 'WNm' }],
  ['other-handler', ['HANDLER'], 'D05', { ordinary: '-', confidential: '-', restricted: '-', entered: '-', about: '-' },
    { ordinary: '-', confidential: '-', restricted: '-', entered: '-', about: '-' }],
  ['its-town', ['SUBCENTRE_OPERATOR'], 'T02', { ordinary: 'WNm', confidential: '', restricted: '-', entered: '-', about: '-' },
    { ordinary: 'WNm', confidential: '', restricted: '-', entered: '-', about: '-' }],
  ['other-town', ['SUBCENTRE_OPERATOR'], 'T01', { ordinary: '-', confidential: '-', restricted: '-', entered: '-', about: '-' },
    { ordinary: '-', confidential: '-', restricted: '-', entered: '-', about: '-' }],
  ['verifier', ['VERIFIER'], null, { ordinary: '-', confidential: '-', restricted: '-', entered: '-', about: '-' },
    { ordinary: 'W', confidential: '', restricted: '', entered: '', about: 'W' }],
  ['verifier-of-handler', ['VERIFIER'], 'D11', { ordinary: '-', confidential: '-', restricted: '-', entered: '-', about: '-' },
    { ordinary: '-', confidential: '-', restricted: '-', entered: '-', about: '-' }],
  ['property-manager', ['HANDLER'], 'U08', { ordinary: '', confidential: '', restricted: '', entered: '', about: '' },
    { ordinary: '', confidential: '', restricted: '', entered: '', about: '' }],
  ['desk-of-contractor', ['DISPATCHER', 'AGENT'], 'U07', { ordinary: '', confidential: '', restricted: '', entered: '', about: '' },
    { ordinary: '', confidential: '', restricted: '', entered: '', about: '' }],
  ['verifier-complained-of', ['VERIFIER'], 'T02-JSB', { ordinary: '-', confidential: '-', restricted: '-', entered: '-', about: '-' },
    { ordinary: 'W', confidential: '', restricted: '', entered: '', about: '-' }],
  ['desk-complained-of', ['DISPATCHER', 'HANDLER'], 'T02-JSB',
    { ordinary: 'WNm', confidential: 'WNm', restricted: 'WNm', entered: 'WNm', about: '-' },
    { ordinary: 'WNm', confidential: 'WNm', restricted: 'WNm', entered: 'WNm', about: '-' }],
  ['shift-complained-of', ['AGENT', 'SHIFT_LEADER', 'CALLBACK_OFFICER', 'EMERGENCY_COORDINATOR', 'SUPERVISOR'], 'T02-JSB',
    { ordinary: 'WNf', confidential: 'WNf', restricted: 'WNf', entered: 'WNf', about: '-' },
    { ordinary: 'WNf', confidential: 'WNf', restricted: 'WNf', entered: 'WNf', about: '-' }],
  ['desk-of-town-above', ['DISPATCHER', 'SHIFT_LEADER'], 'T02',
    { ordinary: 'WNm', confidential: 'WNm', restricted: 'WNm', entered: 'WNm', about: '-' },
    { ordinary: 'WNm', confidential: 'WNm', restricted: 'WNm', entered: 'WNm', about: '-' }],
  ['editor', ['KNOWLEDGE_EDITOR'], null, { ordinary: '-', confidential: '-', restricted: '-', entered: '-', about: '-' },
    { ordinary: '-', confidential: '-', restricted: '-', entered: '-', about: '-' }]
]
