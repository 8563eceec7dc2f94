/** A person's part in the list that is to be dialled. */
export interface ListedPerson {
  personId: string
  name: string
  role: string
  unitId: string | null
  callOrder: number
  commander: boolean
  mustAnswer: boolean
  mobile: string | null
  office: string | null
  deputyPersonId: string | null
}

/** One member to be dialled: a person once, with all their roles. */
export interface MemberEntry extends Omit<ListedPerson, 'role'> { roles: string[] }

/**
 * One entry a person, however many roles; the earliest turn counts, and any of the roles makes the person commander.
 * Input order does not matter and is left as it is.
 */
export function oncePerPerson (listed: readonly ListedPerson[]): MemberEntry[] {
  const entries = new Map<string, MemberEntry>()
  for (const { role, ...person } of [...listed].sort((a, b) => a.callOrder - b.callOrder)) {
    const known = entries.get(person.personId)
    if (known) {
      if (!known.roles.includes(role)) known.roles.push(role)
      known.commander ||= person.commander
      known.mustAnswer ||= person.mustAnswer
    } else {
      entries.set(person.personId, { ...person, roles: [role] })
    }
  }
  return [...entries.values()]
}

/** Office telephones ring in empty rooms from this hour … to that one (local hours). */
const officeClosed = { from: 20, to: 7 }

/** A person's numbers in the order they are tried: mobile, then the office by day. With no mobile the office is tried by night too. */
export function numbersInOrder (person: { mobile: string | null, office: string | null }, localHour: number): string[] {
  const night = localHour >= officeClosed.from || localHour < officeClosed.to
  const numbers = person.mobile === null ? [person.office] : [person.mobile, night ? null : person.office]
  return numbers.filter(n => n !== null)
}

/** A member to be dialled, with the numbers in the order they are tried. */
export interface Dialled<N extends string> { id: string, numbers: readonly N[], commander: boolean }

/**
 * Which of these numbers each is rung at, so that one telephone rings once for all it stands for. A person's first number
 * (the mobile) is left out of all later ones; a person with none left is answered for at that telephone. Commanders come
 * first, then the order given. `taken`: first numbers of members already on the list, and their owners.
 */
export function oncePerTelephone<N extends string> (
  people: ReadonlyArray<Dialled<N>>, taken: ReadonlyMap<N, string>
): Map<string, { numbers: N[], sameTelephoneAs: string | null }> {
  const owners = new Map(taken)
  const result = new Map<string, { numbers: N[], sameTelephoneAs: string | null }>()
  for (const { id, numbers } of [...people].sort((a, b) => Number(b.commander) - Number(a.commander))) {
    const [first] = numbers
    const owner = first === undefined ? undefined : owners.get(first)
    const own = owner === undefined ? [...numbers] : numbers.slice(1).filter(n => !owners.has(n))
    if (own[0] !== undefined) owners.set(own[0], id)
    result.set(id, { numbers: own, sameTelephoneAs: own.length === 0 ? owner ?? null : null })
  }
  return result
}
