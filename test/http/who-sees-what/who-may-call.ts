// Who may call what of the API: written by hand, the oracle of whole-api.test.ts. Nothing here is read from the routes.
import { roles, type Role } from '../../../src/domain/people/roles.ts'
import { rolesOf, rowsOf, stepRows } from '../../harness/stories/who-may-step.ts'

/*
 * `*` is one part of a path, `**` the rest of it. Of the rows that fit, the last counts: first what a group is for, below it what is
 * narrower or wider. Steps of an order stand in who-may-step.ts.
 */
const table = `
  everybody       GET /health/*
  everybody       GET /openapi.json
  everybody       POST /api/session
  signed-in       GET|DELETE /api/session
  signed-in       PUT /api/session/password
  signed-in       GET /api/feed

  # What everybody reads who works here; a wall and another system do not work here.
  ASDTHVCELUKM..  GET /api/directory/**
  ASDTHVCELUKM..  POST /api/directory/town-guess
  ASDTHVCELUKM..  POST /api/places/find
  ASDTHVCELUKM..  POST /api/places/at
  ASDTHVCELUKM..  GET /api/places/areas
  ASDTHVCELUKM.I  GET /api/directory/categories
  ASDTHVCELUKM.I  GET /api/directory/units
  ASDTHVCELUKM.I  GET /api/directory/units/*
  ASDTHVCELUKM..  GET /api/calendar/**
  ASDTHVCELUKM..  GET /api/knowledge/**
  ASDTHVCELUKM..  GET /api/notice
  ASDTHVCELUKM..  GET /api/catalogue
  ASDTHVCELUKM.I  GET /api/channels
  ASDTHVCELUKM.I  GET /api/work-orders/**
  ASDTHVCELUKM..  GET /api/work-orders/*/photos/*
  ASDTHVCELUKM..  GET /api/work-orders/*/attachments/**
  ASDT...E.....I  GET /api/work-orders/route

  # What an administrator keeps.
  ...........M..  POST|PATCH /api/directory/units/**
  ...........M..  POST|PATCH /api/directory/categories/**
  ...........M..  POST|PATCH /api/directory/people/**
  ...........M..  POST /api/directory/place-names/**
  ...........M..  POST /api/places/areas/**
  ...........M..  POST /api/places/components/**
  ...........M..  POST /api/catalogue/**
  .S.......U.M..  GET /api/objections
  .SD.....LU....  GET /api/parkings
  ...........M..  PUT /api/calendar/*
  ASDTHVCELUKM..  GET /api/policies/rules
  ...........M..  POST /api/policies/rules
  .S.......U.M..  GET /api/policies/attempts
  ...........M..  POST /api/policies/attempts
  .S.......U.M..  GET /api/policies/channels
  ...........M..  POST /api/policies/channels
  ...........M..  DELETE /api/policies/channels/**
  .S.......U.M..  GET /api/policies/deadlines
  ...........M..  POST /api/policies/deadlines
  ...........M..  GET|POST|PATCH|PUT /api/users/**
  ...........M..  GET|POST|DELETE /api/integration-tokens/**
  ...........M..  GET|POST /api/journal/*
  ...........M..  GET|POST|DELETE /api/pbx-nodes/**
  ...........M..  GET /api/prompts/**
  ...........M..  PUT /api/agents/*
  .........U.M..  GET /api/audit

  # What is exchanged with other systems; the words of a message that waits for a person are the administrator's alone.
  .........U.M..  GET /api/interfaces/**
  ...........M..  POST|PATCH /api/interfaces/**
  ...........M..  POST|PATCH /api/endpoints/**
  .........U.M..  GET /api/deliveries/**
  ...........M..  POST|PUT /api/deliveries/**
  .........U.M..  GET /api/envelopes
  ...........M..  GET /api/envelopes/*
  ...........M..  POST|PUT /api/envelopes/*/*
  .............I  POST /api/exchange/*

  # What an editor writes.
  ..........KM..  POST|PATCH /api/knowledge/**
  ..........KM..  GET /api/knowledge/remarks
  ASDTHVCELUKM..  POST /api/knowledge/remarks

  # Taking orders in, and with them what is not a step of one order.
  ASDT...E.....I  POST /api/work-orders
  .SD......U....  POST /api/work-orders/urge
  AS....C.......  GET|POST /api/work-orders/*/answer-texts
  ...THV........  POST|DELETE /api/work-orders/*/photos/**
  ...THV........  POST|DELETE /api/work-orders/*/attachments/**

  # A live call is switched by who may have one; the shift leader alone takes it over. Nobody listens in but the two who answer for it.
  ASD...CE.U.M..  GET /api/calls
  ASD...CE.U.M..  GET /api/calls/*
  ASD...CE.U.M..  GET /api/calls/*/earlier
  ASD...CELU.M..  GET /api/calls/figures
  ASD...CELU.M..  GET /api/calls/waiting
  .S....C..U....  GET /api/calls/*/recording
  # Who grades calls hears them; who is graded reads it.
  ASD...C..U....  GET /api/quality/**
  .........U....  POST /api/quality/forms
  AS....CE......  POST /api/calls/*/*
  ASD...C..U....  GET /api/calls/*/quality
  .S.......U....  POST /api/calls/*/quality
  .S.......U....  POST /api/calls/*/quality/decision
  ASD...C..U....  POST /api/calls/*/quality/objection
  .S.......U....  POST /api/calls/*/listen
  .S............  POST /api/calls/*/take-over
  AS....C..U....  POST /api/calls/*/disposition
  ASD...C.......  POST /api/calls/*/orders
  ASDTHVCE......  POST /api/calls
  ASD...CELU.M..  GET /api/agents
  .S......LU.M..  GET /api/agents/times
  ASD...C....M..  POST /api/agents/*/*
  ASD...CE.U.M..  PUT /api/agents/*/telephone
  ...........M..  POST /api/agents/*/sip-password
  .S.........M..  GET /api/legs
  ...........M..  GET|POST|PATCH|DELETE /api/trunks/**
  .SD...CELU.MW.  GET /api/trunks/silent

  # Asking the citizen: agents with the citizen on the line, else the officers.
  ASD...C.LU....  GET /api/callbacks/**
  AS....C.......  GET /api/callbacks/awaiting
  .S....C.......  POST /api/callbacks/*/*
  AS....C.......  POST /api/callbacks/*/answers
  AS....C.......  POST /api/callbacks/*/postpone
  .S....C..U....  POST /api/callbacks/*/attempts/*/listen
  .S....C.......  GET|POST /api/sms/replies/**
  .............I  POST /api/sms/replies
  .............I  PUT /api/sms/*/receipt

  # An emergency is seen by those who answer for the district, and run by the coordinator alone.
  .S.....ELU.M..  GET /api/plans/**
  .S.....ELU.M..  GET /api/incidents/**
  .......E......  POST|PUT /api/incidents/**

  # Figures; of them a wall has those of the floor and of the day.
  .SD....ELU.M..  GET /api/boards/*
  .SD....ELU.MW.  GET /api/boards/floor
  .SD....ELU.MW.  GET /api/boards/wall
  .S.......U....  PUT|DELETE /api/notice

  # A blocked number is the shift leader's; that it is just, somebody else's. Everybody takes an objection down.
  .S.......U.M..  GET|POST /api/number-blocks/**
  .S............  POST /api/number-blocks
  .S.......U.M..  GET /api/number-limits
  .S.........M..  POST|DELETE /api/number-limits/**
  .S......LU.M..  GET /api/edges
  ASDTHVCELUKM..  POST /api/number-blocks/*/objection
  ASD...C..U....  POST /api/number-searches
`

export type Callers = 'everybody' | 'signed-in' | Role[]
interface Row { who: Callers, methods: string[], path: string, fits: RegExp }

const expressionOf = (path: string): RegExp => {
  const inner = path.replace(/[.]/g, '\\.').replace('/**', '(/.+)?').replaceAll('*', '[^/]+')
  return new RegExp(`^${inner}$`)
}
const rows: Row[] = rowsOf(table).map(row => {
  const [who = '', methods = '', path = ''] = row.split(/ +/)
  return {
    who: who === 'everybody' || who === 'signed-in' ? who : rolesOf(who),
    methods: methods.split('|'),
    path,
    fits: expressionOf(path)
  }
})

/** Of a step's route: who may take one of its steps. */
function stepCallers (method: string, path: string): Role[] | null {
  const found = stepRows.filter(({ route }) => route?.method === method && route.path === path)
  return found.length === 0 ? null : roles.filter(role => found.some(({ route }) => route?.who.includes(role)))
}

const used = new Set<Row>()

/** Who may call an operation of the description; null when the tables do not say it. */
export function callersOf (method: string, path: string): Callers | null {
  const row = rows.findLast(({ methods, fits }) => methods.includes(method) && fits.test(path))
  if (row) used.add(row)
  return stepCallers(method, path) ?? row?.who ?? null
}

/** Rows that no operation was found for: the table says more than there is. */
export const idleRows = (): string[] => rows.filter(row => !used.has(row)).map(({ methods, path }) => `${methods.join('|')} ${path}`)
