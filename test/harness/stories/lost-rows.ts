import type { Database } from '../../../src/db/database.ts'

/** Has this done to rows of the journal that fit a condition on `new`. @returns ends it */
async function meddle (db: Database, name: string, { condition, body }: { condition: string, body: string }): Promise<() => Promise<void>> {
  await db.query(`create or replace function ${name}() returns trigger language plpgsql as $$ begin ${body} end $$`)
  await db.query(`create or replace trigger ${name} before insert on pbx_journal
    for each row when (${condition}) execute function ${name}()`)
  return async () => { await db.query(`drop trigger ${name} on pbx_journal`) }
}

/**
 * Rows of the journal that fit this condition on `new` never reach the database, as those a full disk did not take.
 * @returns ends it
 */
export const losesRows = async (db: Database, condition: string): Promise<() => Promise<void>> =>
  await meddle(db, 'lose_row', { condition, body: 'return null;' })

/**
 * Rows that fit this condition come without the name of their room, so that they are parked.
 * @returns ends it
 */
export const damagesRows = async (db: Database, condition: string): Promise<() => Promise<void>> =>
  await meddle(db, 'damage_row', { condition, body: 'new.extra := replace(new.extra, \'room=\', \'rxxm=\'); return new;' })
