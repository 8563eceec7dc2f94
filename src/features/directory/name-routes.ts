import Type from 'typebox'
import type { Database } from '../../db/database.ts'
import { staff, type Routes } from '../../http/kit/routes.ts'
import { answers } from '../../http/kit/schema-words.ts'
import { namesOfLogins } from './directory-store.ts'

const Name = Type.Object({ id: Type.String({ description: 'login or extension, as records name an actor' }), name: Type.String() })

/** Names of the people who work here, so that no page shows a login. */
export const nameRoutes = ({ db }: { db: Database }): Routes => app => {
  app.get('/api/directory/names', {
    config: { roles: staff },
    schema: {
      tags: ['directory'],
      summary: 'Names of logins and extensions',
      response: answers({ 200: Type.Object({ items: Type.Array(Name) }) })
    }
  }, async () => ({ items: await namesOfLogins(db) }))
}
