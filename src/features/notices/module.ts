import type { Database } from '../../db/database.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Feed } from '../../feed/feed.ts'
import type { Module } from '../../module.ts'
import { tellEvery, type Nodes } from '../../pbx/nodes.ts'
import type { Switchboard } from '../../pbx/switchboard.ts'
import type { Speech } from '../../speech/speech-types.ts'
import { noticesRoutes } from './notices-routes.ts'
import { createNotices, type Notices } from './notices.ts'

export interface NoticesNeeds {
  db: Database
  clock: Clock
  feed: Feed
  speech: Pick<Speech, 'render'>
  nodes: Pick<Nodes<{ name: string, switchboard: Pick<Switchboard, 'dbPut'> }>, 'all'>
}

/** The spoken notice before the queue (公告语). */
export function noticesModule ({ speech, nodes, ...needs }: NoticesNeeds): Module & { notices: Notices } {
  const notices = createNotices({
    ...needs,
    render: speech.render,
    put: async notice => {
      await tellEvery(nodes, async ({ switchboard }) => {
        // The end first when it is taken back, the prompt first when it is put: never an end without its prompt.
        if (notice) await switchboard.dbPut('notice', 'prompt', notice.prompt)
        await switchboard.dbPut('notice', 'until', String(notice?.until ?? 0))
      })
    }
  })
  return { name: 'notices', notices, routes: [noticesRoutes({ notices })] }
}
