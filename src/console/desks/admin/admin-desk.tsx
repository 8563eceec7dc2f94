import { Tabs } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { holds, useWho } from '../../api/session.tsx'
import '../../orders/words/order-words.ts'
import { AgentRegister, UserRegister } from './registers/accounts.tsx'
import './admin-words.ts'
import './admin.css'
import { CalendarYears } from './text-files/calendar-years.tsx'
import { CategoryRegister, PeopleRegister, UnitRegister } from './registers/directory-registers.tsx'
import { Health } from './system/health.tsx'
import { KnowledgeRegister } from './knowledge/knowledge-register.tsx'
import { ParkedRows } from './system/parked-rows.tsx'
import { PlaceNames } from './text-files/place-names.tsx'
import { Prompts } from './system/prompts.tsx'

/** Administration (系统管理): the district as data, who may do what, and whether everything runs. */
export default function AdminDesk (): ReactNode {
  const { t } = useTranslation('admin')
  const [query, setQuery] = useSearchParams()
  const administrator = holds(useWho(), 'ADMINISTRATOR')
  const tabs = {
    ...(administrator ? { health: <Health /> } : {}),
    knowledge: <KnowledgeRegister />,
    // A knowledge editor writes articles and nothing else.
    ...(administrator
      ? {
          units: <UnitRegister />,
          categories: <CategoryRegister />,
          people: <PeopleRegister />,
          places: <PlaceNames />,
          days: <CalendarYears />,
          users: <UserRegister />,
          agents: <AgentRegister />,
          prompts: <Prompts />,
          journal: <ParkedRows />
        }
      : {})
  }
  const asked = query.get('tab') ?? ''
  return (
    <Tabs
      activeKey={asked in tabs ? asked : Object.keys(tabs)[0] ?? ''}
      destroyOnHidden
      onChange={tab => { setQuery({ tab }) }}
      items={Object.entries(tabs).map(([key, children]) => ({ key, label: t(key), children }))}
    />
  )
}
