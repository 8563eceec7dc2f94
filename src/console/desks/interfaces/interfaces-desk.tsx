import { Tabs } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import '../admin/admin-words.ts'
import '../admin/admin.css'
import '../admin/registers/register-words.ts'
import '../admin/text-files/text-file-words.ts'
import { Deliveries } from './deliveries.tsx'
import { Envelopes } from './incoming/envelopes.tsx'
import { InterfaceRegister } from './interface-register.tsx'
import './interfaces-words.ts'
import './interfaces.css'

/** 数据接口: which systems exchange what, how each does, events that did not arrive (死信), and messages that wait for a person (隔离区). */
export default function InterfacesDesk (): ReactNode {
  const { t } = useTranslation('interfaces')
  const [query, setQuery] = useSearchParams()
  const tabs = { register: <InterfaceRegister />, deliveries: <Deliveries />, envelopes: <Envelopes /> }
  const asked = query.get('tab') ?? ''
  return (
    <Tabs
      activeKey={asked in tabs ? asked : 'register'}
      destroyOnHidden
      onChange={tab => { setQuery({ tab }) }}
      items={Object.entries(tabs).map(([key, children]) => ({ key, label: t(key), children }))}
    />
  )
}
