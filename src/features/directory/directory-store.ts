import { columnName } from '../../db/column-name.ts'
import type { Queryable, Tx } from '../../db/database.ts'
import { lockNamed } from '../../db/lock-store.ts'
import { keysOf } from '../../domain/properties.ts'
import { categoryColumns, personColumns, unitColumns } from './directory-schemas.ts'
import type { Category, Day, Person, ServiceLine, Snapshot, Unit } from './directory-types.ts'

const ofUnit = keysOf(unitColumns)
const ofCategory = keysOf(categoryColumns)
const ofPerson = keysOf(personColumns)
const selected = (property: string): string => `${columnName(property)} as "${property}"`
const replaced = (property: string): string => `${columnName(property)} = excluded.${columnName(property)}`
const unitList = ofUnit.map(selected).join(', ')
const categoryList = ofCategory.map(selected).join(', ')
const personList = ofPerson.map(selected).join(', ')

/** Everything, in the order lists show it. A district is some hundreds of rows. */
export async function loadSnapshot (db: Queryable): Promise<Snapshot> {
  const [units, categories, people, serviceLines] = await Promise.all([
    db.query<Unit>(`select ${unitList} from unit order by id`),
    db.query<Category>(`select ${categoryList} from category order by code, valid_from`),
    db.query<Person>(`select ${personList} from person order by id`),
    db.query<ServiceLine>('select did, name, unit_id as "unitId", kind from service_line order by did')
  ])
  return { units, categories, people, serviceLines }
}

/**
 * One change of the directory at a time; the next waits until the transaction ends. Rows alone cannot be locked for it: one that is being
 * added is not there yet, and people who stand in for each other would wait for each other.
 */
export async function lockDirectory (tx: Tx): Promise<void> {
  await lockNamed(tx, 'directory')
}

export async function findUnit (tx: Tx, id: string): Promise<Unit | null> {
  return (await tx.query<Unit>(`select ${unitList} from unit where id = $1`, [id]))[0] ?? null
}

export async function findPerson (tx: Tx, id: string): Promise<Person | null> {
  return (await tx.query<Person>(`select ${personList} from person where id = $1`, [id]))[0] ?? null
}

/** Every span of the category's days, oldest first. */
export async function spansOfCategory (tx: Tx, code: string): Promise<Category[]> {
  return await tx.query<Category>(`select ${categoryList} from category where code = $1 order by valid_from`, [code])
}

/** What was entered for the days after this one is withdrawn. */
export function removeSpansAfter (tx: Tx, code: string, last: Day): void {
  tx.write('delete from category where code = $1 and valid_from > $2', [code, last])
}

export function saveUnit (tx: Tx, unit: Unit): void {
  tx.write(`insert into unit (${ofUnit.map(columnName).join(', ')}) values (${ofUnit.map((_, i) => `$${i + 1}`).join(', ')})
    on conflict (id) do update set ${ofUnit.map(replaced).join(', ')}`, ofUnit.map(p => unit[p]))
}

export function saveCategory (tx: Tx, category: Category): void {
  tx.write(`insert into category (${ofCategory.map(columnName).join(', ')}) values (${ofCategory.map((_, i) => `$${i + 1}`).join(', ')})
    on conflict (code, valid_from) do update set ${ofCategory.map(replaced).join(', ')}`, ofCategory.map(p => category[p]))
}

export function savePerson (tx: Tx, person: Person): void {
  tx.write(`insert into person (${ofPerson.map(columnName).join(', ')}) values (${ofPerson.map((_, i) => `$${i + 1}`).join(', ')})
    on conflict (id) do update set ${ofPerson.map(replaced).join(', ')}`, ofPerson.map(p => person[p]))
}

export async function townIds (tx: Tx): Promise<Set<string>> {
  return new Set((await tx.query<{ id: string }>('select id from unit where kind = \'town\'')).map(u => u.id))
}

/** The name a login or an extension stands for: the person's, else the telephone's display name, else the unit's. */
export async function namesOfLogins (q: Queryable): Promise<Array<{ id: string, name: string }>> {
  return await q.query<{ id: string, name: string }>(`
    select u.login id, coalesce(p.name, a.display_name, n.name, u.login) name
      from user_account_read u
      left join person p on p.id = u.person_id
      left join agent_read a on a.extension = u.extension
      left join unit n on n.id = u.unit_id
    union
    select a.extension, coalesce(p.name, a.display_name)
      from agent_read a left join user_account_read u on u.extension = a.extension left join person p on p.id = u.person_id
     where not exists (select from user_account_read same where same.login = a.extension)`)
}
