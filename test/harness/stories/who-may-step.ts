// Who may take which step of an order: written by hand from the handbook of the field, never read from src/. The oracle of two tests.
import type { Role } from '../../../src/domain/people/roles.ts'

const letters: Readonly<Record<string, Role>> = {
  A: 'AGENT',
  S: 'SHIFT_LEADER',
  D: 'DISPATCHER',
  T: 'SUBCENTRE_OPERATOR',
  H: 'HANDLER',
  V: 'VERIFIER',
  C: 'CALLBACK_OFFICER',
  E: 'EMERGENCY_COORDINATOR',
  L: 'LEADER',
  U: 'SUPERVISOR',
  K: 'KNOWLEDGE_EDITOR',
  M: 'ADMINISTRATOR',
  W: 'WALL',
  I: 'INTEGRATION'
}

/** The roles of `AS.T`; `.` stands for a role that is left out. */
export const rolesOf = (text: string): Role[] => [...text.replaceAll('.', '')].map(letter => {
  const role = letters[letter]
  if (role === undefined) throw new Error(`no role has the letter ${letter}`)
  return role
})

/** The rows of a table without its remarks. */
export const rowsOf = (table: string): string[] =>
  table.split('\n').map(row => row.trim()).filter(row => row !== '' && !row.startsWith('#'))

/*
 * Here stands who may ever; whose order it must be, and on what conditions, is asked by other tests. The last column is the route below
 * /api/work-orders/{id}/ that takes the step, and in brackets whom it lets in where these are not the same.
 */
const table = `
  # Intake: people with a citizen before them, and other systems for their own orders.
  draft.save           ASDT...E.....I  PUT draft
  intake.receive       ASDT...E.....I  POST receive
  intake.answer        ASDT...E.....I  POST answer
  case.file            ASDT...E.....I  POST file
  # Drafts end by themselves.
  draft.abandon        ..............
  # A request leaves by an un-merge of its own order.
  complainant.leave    ..............
  # The call centre and the dispatchers decide what it is.
  intake.reject        ASD...........  POST reject
  case.merge           ASD...........  POST merge
  case.unmerge         ASD...........  POST unmerge
  complainant.add      ASD...........  POST complainants
  praise.forward       ASD...........  POST praise
  case.amend           ASD...........  PUT matter
  # Agents dispatch what is critical, sub-centres among their own, a coordinator in an emergency.
  case.dispatch        ASDT...E......  POST dispatch
  return.approve       .SD...........  POST approve-return
  return.refuse        .SD...........  POST refuse-return
  help.resolve         .SDT...E.U....  POST resolve-help
  # The unit's own steps. Nobody at the Centre takes them for it.
  assignment.forward   ...TH.........  POST forward
  assignment.sign      ...TH.........  POST sign
  assignment.return    ...TH.........  POST return
  assignment.hand-over ...TH.........  POST report
  handling.arrive      ...TH.........  POST arrive
  handling.start       ...TH.........  POST start
  handling.report      ...TH.........  POST report
  help.request         ...TH.........  POST request-help
  extension.request    ...TH.........  POST request-extension
  objection.ask        ...TH.........  POST object
  park.ask             ...TH.........  POST park
  co.sign              ...TH.........  POST co-sign
  co.arrive            ...TH.........  POST co-arrive
  co.report            ...TH.........  POST co-report
  photo.add            ...TH.........  POST photos
  # A handler accepts no report and grants no time.
  report.accept        .SDT..........  POST accept-report
  report.send-back     .SDT..........  POST send-back
  # The answer to the citizen is written by one person and reviewed by another.
  answer.draft         .SDT..........  POST draft-answer
  answer.review        .SDT..C.......  POST review-answer
  extension.grant      .SD......U....  POST grant-extension
  extension.refuse     .SD......U....  POST refuse-extension
  # An objection is decided by others than the dispatcher.
  objection.uphold     .S.......U....  POST uphold-objection
  objection.refuse     .S.......U....  POST refuse-objection
  # A parking is decided one level above the unit; a citizen objects to it at the Centre.
  park.approve         ...T.....U....  POST approve-parking
  park.refuse          ...T.....U....  POST refuse-parking
  park.end             ...T.....U....  POST end-parking
  park.object          ASD...C..U....  POST object-to-parking
  # Before it is closed the spot is seen and the citizen is asked.
  verification.pass    .....V........  POST verify
  verification.fail    .....V........  POST verify
  photo.verify         .....V........  POST photos
  callback.result      AS....C.......
  checks.decide        .S.......U....  POST checks
  case.close           .SD...C.......  POST close
  case.rework          .SD...C..U....  POST rework
  case.reopen          .SD...C..U....  POST reopen
  case.urge            ASDT..C..U....  POST urge
  # Other systems have no route for it.
  case.note            ASDTHVCE.U...I  POST notes (ASDTHVCE.U....)
  # Units' calls are linked by the service itself.
  call.link            ASDTHVCE.....I  POST calls (ASD...C.......)
`

interface StepRow { step: string, who: Role[], route: { method: string, path: string, who: Role[] } | null }

export const stepRows: readonly StepRow[] = rowsOf(table).map(row => {
  const [, step = '', who = '', method, path, other] = /^(\S+) +(\S+)(?: +(\S+) (\S+))?(?: \((\S+)\))?$/.exec(row) ?? []
  if (method === undefined) return { step, who: rolesOf(who), route: null }
  return { step, who: rolesOf(who), route: { method, path: `/api/work-orders/{id}/${path}`, who: rolesOf(other ?? who) } }
})
