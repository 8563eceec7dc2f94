import { Tabs } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { holds, useWho } from '../../api/session.tsx'
import '../../orders/words/order-words.ts'
import './admin-words.ts'
import './admin.css'
import { AreaRegister } from './areas/area-register.tsx'
import { CatalogueRegister } from './catalogue/catalogue-register.tsx'
import { RuleRegister } from './city-rules/rule-register.tsx'
import './city-rules/rule-words.ts'
import { KnowledgeRegister } from './knowledge/knowledge-register.tsx'
import { AgentRegister, UserRegister } from './registers/accounts.tsx'
import { CategoryRegister } from './registers/category-register.tsx'
import { PeopleRegister } from './registers/people-register.tsx'
import './registers/register-words.ts'
import { UnitRegister } from './registers/unit-register.tsx'
import './system/exchange-words.ts'
import { Exchanges } from './system/exchanges.tsx'
import { Health } from './system/health.tsx'
import { ParkedRows } from './system/parked-rows.tsx'
import { Prompts } from './system/prompts.tsx'
import './system/system-words.ts'
import { CalendarYears } from './text-files/calendar-years.tsx'
import { PlaceNames } from './text-files/place-names.tsx'
import './text-files/text-file-words.ts'
import { TrunkRegister } from './trunks/trunk-register.tsx'
import './trunks/trunk-words.ts'

/** Administration (系统管理): the district's registers, accounts and roles, and the state of the system. */
export default function AdminDesk (): ReactNode {
  const { t } = useTranslation('admin')
  const [query, setQuery] = useSearchParams()
  const administrator = holds(useWho(), 'ADMINISTRATOR')
  const tabs = {
    ...(administrator ? { health: <Health />, exchanges: <Exchanges /> } : {}),
    knowledge: <KnowledgeRegister />,
    // A knowledge editor sees the knowledge base only.
    ...(administrator
      ? {
          units: <UnitRegister />,
          categories: <CategoryRegister />,
          catalogue: <CatalogueRegister />,
          rules: <RuleRegister />,
          people: <PeopleRegister />,
          areas: <AreaRegister />,
          places: <PlaceNames />,
          days: <CalendarYears />,
          users: <UserRegister />,
          agents: <AgentRegister />,
          trunks: <TrunkRegister />,
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
      tabBarGutter={8}
      onChange={tab => { setQuery({ tab }) }}
      items={Object.entries(tabs).map(([key, children]) => ({ key, label: t(key), children }))}
    />
  )
}
