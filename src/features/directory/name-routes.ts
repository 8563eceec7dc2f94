import Type from 'typebox'
import type { Database } from '../../db/database.ts'
import { staff, type Routes } from '../../http/kit/routes.ts'
import { answers } from '../../http/kit/schema-words.ts'

const Name = Type.Object({ id: Type.String({ description: 'login or extension, as records name an actor' }), name: Type.String() })

/** The name a login or an extension stands for: the person's, else the telephone's display name, else the unit's. */
const namesSql = `
  select u.login id, coalesce(p.name, a.display_name, n.name, u.login) name
    from user_account_read u
    left join person p on p.id = u.person_id
    left join agent_read a on a.extension = u.extension
    left join unit n on n.id = u.unit_id
  union
  select a.extension, coalesce(p.name, a.display_name)
    from agent_read a left join user_account_read u on u.extension = a.extension left join person p on p.id = u.person_id
   where not exists (select from user_account_read same where same.login = a.extension)`

/** Names of the people who work here, so that no page shows a login. */
export const nameRoutes = ({ db }: { db: Database }): Routes => app => {
  app.get('/api/directory/names', {
    config: { roles: staff },
    schema: {
      tags: ['directory'],
      summary: 'Names of logins and extensions',
      response: answers({ 200: Type.Object({ items: Type.Array(Name) }) })
    }
  }, async () => ({ items: await db.query<{ id: string, name: string }>(namesSql) }))
}
