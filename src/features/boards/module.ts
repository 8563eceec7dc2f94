import type { Database } from '../../db/database.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Module } from '../../module.ts'
import { channelsAt, type ChannelPolicies } from '../../policy/rules/channel-policy.ts'
import { boardsRoutes, type BoardRoutesOptions } from './boards-routes.ts'
import { createBoards, type BoardsOptions } from './boards.ts'
import { departmentsOf } from './rules/counts.ts'

type Unit = Parameters<typeof departmentsOf>[0][number] & { id: string, name: string, kind: string }

export interface BoardsNeeds
  extends Pick<BoardsOptions, 'visible' | 'callFigures' | 'rules'>, Pick<BoardRoutesOptions, 'waiting' | 'agents'> {
  db: Database
  clock: Clock
  timeZone: string
  channels: () => Promise<ChannelPolicies>
  directory: {
    units: () => Promise<Unit[]>
    categories: () => Promise<Array<{ code: string, name: string, classCode: string, className: string }>>
  }
}

/** Figures with what they count, as of now (统计分析). */
export function boardsModule ({ directory, channels, waiting, agents, ...needs }: BoardsNeeds): Module {
  const boards = createBoards({
    ...needs,
    async names () {
      const [units, categories, standing] = await Promise.all([directory.units(), directory.categories(), channels()])
      return {
        units: new Map(units.map(u => [u.id, u.name])),
        towns: new Map(units.filter(u => u.kind === 'town').map(u => [u.id, u.name])),
        departments: departmentsOf(units),
        categories: new Map(categories.map(c => [c.code, c.name])),
        channels: new Map(channelsAt(standing, needs.clock.now()).map(c => [c.code, c.name])),
        classes: new Map(categories.map(c => [c.classCode, c.className]))
      }
    }
  })
  return { name: 'boards', routes: [boardsRoutes({ boards, clock: needs.clock, waiting, agents })] }
}
