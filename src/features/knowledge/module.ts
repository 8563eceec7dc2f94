import type { Database } from '../../db/database.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Feed } from '../../feed/feed.ts'
import type { Module } from '../../module.ts'
import { createKnowledge, type Knowledge, type KnowledgeOptions } from './knowledge.ts'
import { knowledgeRoutes } from './knowledge-routes.ts'

export interface KnowledgeNeeds {
  db: Database
  clock: Clock
  feed: Feed
  directory: Pick<KnowledgeOptions, 'today' | 'unit' | 'category'>
}

/** What agents may tell citizens (知识库). */
export function knowledgeModule ({ directory, ...needs }: KnowledgeNeeds): Module & { knowledge: Knowledge } {
  const { today, unit, category } = directory
  const knowledge = createKnowledge({ ...needs, today, unit: async id => await unit(id), category: async code => await category(code) })
  return { name: 'knowledge', knowledge, routes: [knowledgeRoutes({ knowledge })] }
}
