import { QueryClientProvider } from '@tanstack/react-query'
import { App as AntApp, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { StrictMode, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { useTranslation } from 'react-i18next'
import { BrowserRouter } from 'react-router'
import { createLiveQueries } from './api/live-queries.ts'
import { SessionProvider } from './api/session.tsx'
import { focusFirstField } from './shell/dialogue-focus.ts'
import { Shell } from './shell/shell.tsx'
import { tabLeavesLists } from './shell/tab-leaves-lists.ts'
import './console.css'
import { consoleTheme } from './theme.ts'
import { startWords } from './words/words.ts'

const queries = createLiveQueries()

function Console (): ReactNode {
  const { i18n } = useTranslation()
  return (
    <ConfigProvider theme={consoleTheme} componentSize='middle' locale={i18n.language === 'en' ? enUS : zhCN}>
      <AntApp message={{ maxCount: 3 }}>
        <SessionProvider>
          <BrowserRouter>
            <Shell />
          </BrowserRouter>
        </SessionProvider>
      </AntApp>
    </ConfigProvider>
  )
}

focusFirstField()
tabLeavesLists()
await startWords()
const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Console />
      </QueryClientProvider>
    </StrictMode>
  )
}
