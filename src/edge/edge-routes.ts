import Type from 'typebox'
import type { Database } from '../db/database.ts'
import type { Routes } from '../http/kit/routes.ts'
import { answers, Moment, Nullable, OneOf } from '../http/kit/schema-words.ts'
import { edgeBeats, refusalsLately, refusedLately, type EdgeBeat } from './edge-store.ts'
import { refusals as reasons } from './rules/admission.ts'
import { edgesAtWork, silentAfterMs } from './rules/shares.ts'

/** rows of refusals on the page */
const shown = 30

const edgeStates = ['working', 'draining', 'silent'] as const

const Edge = Type.Object({
  name: Type.String(),
  state: OneOf(edgeStates, 'silent: nothing heard of it for ten seconds'),
  heardAt: Moment(),
  link: Type.Boolean({ description: 'its drachtio-server is there' }),
  another: Type.Boolean({ description: 'another process of its name is at work: both take the whole share' }),
  share: Type.Number({ description: 'its part of the trunks\' calls a second, 0 to 1' }),
  calls: Type.Integer({ description: 'calls over trunks on all PBXs, as it counts them' }),
  nodes: Type.Array(Type.Object({
    name: Type.String(),
    takesCalls: Type.Boolean({ description: 'it is given new calls' }),
    sound: Nullable(Type.Boolean({ description: 'the sound of its last test calls came back; null: it never did' })),
    link: Type.Boolean({ description: 'it says how many calls it has' }),
    calls: Type.Integer()
  }))
})
const Reason = OneOf(reasons)
const Refusal = Type.Object({
  minute: Moment('begin of the minute'),
  source: Nullable(Type.String({ description: 'IP address; null: all others of a minute with too many' })),
  reason: Reason,
  count: Type.Integer()
})

function stateOf ({ draining, ageMs }: EdgeBeat): typeof edgeStates[number] {
  if (draining) return 'draining'
  return ageMs > silentAfterMs ? 'silent' : 'working'
}

/** The SIP edges (接入边缘) now, and whom they turned away. */
export const edgeRoutes = ({ db }: { db: Database }): Routes => app => {
  app.get('/api/edges', {
    config: { roles: ['SHIFT_LEADER', 'SUPERVISOR', 'LEADER', 'ADMINISTRATOR'] },
    schema: {
      tags: ['edges'],
      summary: 'SIP edges heard of within a day, and requests they refused within an hour',
      response: answers({
        200: Type.Object({
          edges: Type.Array(Edge),
          refused: Type.Array(Type.Object({ reason: Reason, count: Type.Integer() }), { description: 'of the hour, most first' }),
          refusals: Type.Array(Refusal, { description: 'of each source and reason a minute, the last 30, newest first' })
        })
      })
    }
  }, async () => {
    const [beats, refused, refusals] = await Promise.all([edgeBeats(db), refusedLately(db), refusalsLately(db, shown)])
    const at = Date.now()
    const heard = beats.map(beat => ({ ...beat, at: at - beat.ageMs }))
    const edges = heard.map(beat => {
      const { link, another, calls, nodes } = beat.report
      const state = stateOf(beat)
      const share = state === 'working' ? 1 / edgesAtWork(heard, beat.edge, at) : 0
      return { name: beat.edge, state, heardAt: new Date(beat.at), link: link && state !== 'silent', another, share, calls, nodes }
    })
    return { edges, refused, refusals }
  })
}
