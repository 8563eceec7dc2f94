import Type from 'typebox'
import type { Database } from '../../db/database.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Routes } from '../../http/kit/routes.ts'
import { answers, Moment, NodeName, params, ReasonLine, WriteHeaders } from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'
import type { PbxNode } from '../nodes.ts'
import { declareNodeLost, nodeLinked } from './node-lost.ts'

export interface ReachRoutesOptions {
  db: Database
  clock: Clock
  nodes: { all: ReadonlyArray<Pick<PbxNode, 'name' | 'isUp'>> }
}

export const reachRoutes = ({ db, clock, nodes }: ReachRoutesOptions): Routes => app => {
  app.post('/api/pbx-nodes/:name/declare-lost', {
    config: { roles: ['ADMINISTRATOR'] },
    schema: {
      tags: ['administration'],
      summary: 'Say that a PBX without a link is lost: its calls are ended, and who waited there is rung back',
      description: 'Only for a PBX to which no process has a link: 409 `node-linked`. Said by the service itself after ten seconds of ' +
        'silence on every side, where another PBX is linked. Back with its calls alive, these go on.',
      headers: WriteHeaders,
      params: params({ name: NodeName() }),
      body: Type.Object({ reason: ReasonLine({ minLength: 2 }) }),
      response: answers({ 200: Type.Object({ node: Type.String(), lostAt: Moment() }) })
    }
  }, async (request, reply) => await write(request, reply, {
    action: 'pbx-node.declare-lost',
    subject: request.params.name,
    detail: request.body
  }, async tx => {
    const { name: node } = request.params
    const lostAt = clock.now()
    // The rows know what the workers hear; with none at work this process's own link still tells.
    if (nodes.all.some(one => one.name === node && one.isUp())) throw nodeLinked()
    await declareNodeLost(db, tx, { node, at: lostAt, by: request.actor.id, reason: request.body.reason })
    return { node, lostAt }
  }))
}
