import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Segmented, Table } from 'antd'
import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api/client.ts'
import { useUnitName } from '../../../directory/directory.ts'
import { useActorName } from '../../../directory/names.ts'
import { useFeed } from '../../../feed/feed.ts'
import { moment } from '../../../moments/moments.tsx'
import { now } from '../../../moments/now.ts'
import { local } from '../../../moments/zone.ts'
import { ListSearch } from '../list-search.tsx'
import { ArticleEditor } from './article-editor.tsx'
import type { Article } from './article-fields.ts'
import { ArticleHistory } from './article-history.tsx'
import { ArticleRemarks } from './article-remarks.tsx'
import './article-words.ts'

async function allArticles (): Promise<Article[]> {
  const all: Article[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { data } = await api.GET('/api/knowledge', { params: { query: { limit: 200, ...(cursor ? { cursor } : {}) } } })
    all.push(...data?.items ?? [])
    cursor = data?.next ?? null
  }
  return all
}

const day = (): string => local(now()).format('YYYY-MM-DD')

type Standing = 'now' | 'coming' | 'ended'
const standing = (a: Article, today: string): Standing =>
  a.validFrom > today ? 'coming' : a.validTo !== null && a.validTo < today ? 'ended' : 'now'

/** 知识库: articles agents may read to citizens, agents' remarks on them, and their history. */
export function KnowledgeRegister (): ReactNode {
  const { t } = useTranslation('admin')
  const queries = useQueryClient()
  const unitName = useUnitName()
  const actorName = useActorName()
  const [said, setSaid] = useState('')
  const [which, setWhich] = useState<Standing | 'all'>('all')
  const [edited, setEdited] = useState<Article | 'new' | null>(null)
  const [history, setHistory] = useState<Article | null>(null)
  const { data: articles = [] } = useQuery({ queryKey: ['articles'], queryFn: allArticles })
  useFeed(['knowledge.changed'], () => { void queries.invalidateQueries({ queryKey: ['articles'] }) })
  const today = day()
  const shown = useMemo(() => {
    const words = said.trim().toLowerCase()
    return articles.filter(
      a => (which === 'all' || standing(a, today) === which) && (words === '' || JSON.stringify(a).toLowerCase().includes(words))
    )
  }, [articles, said, which, today])

  return (
    <div className='register'>
      <ArticleRemarks onArticle={id => { setEdited(articles.find(a => a.id === id) ?? null) }} />
      <ListSearch said={said} onSaid={setSaid} shown={shown.length} all={articles.length}>
        <Segmented<Standing | 'all'>
          value={which}
          onChange={setWhich}
          options={(['all', 'now', 'coming', 'ended'] as const).map(s => ({ value: s, label: t(`standing.${s}`) }))}
        />
        <Button type='primary' onClick={() => { setEdited('new') }}>{t('add')}</Button>
      </ListSearch>
      <Table<Article>
        size='small' dataSource={shown} rowKey={a => a.id} pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          { title: t('id'), dataIndex: 'id', width: 70 },
          {
            title: t('articleTitle'),
            dataIndex: 'title',
            render: (title: string, a) => <><b lang='zh-CN'>{title}</b><div className='muted small' lang='zh-CN'>{a.keywords}</div></>
          },
          { title: t('unit'), dataIndex: 'unitId', render: (id: string | null) => unitName(id ?? 'C00') },
          {
            title: t('valid'),
            render: (_, a) => (
              <span className={standing(a, today) === 'now' ? '' : 'muted'}>
                {a.validFrom} – {a.validTo ?? ''}{' '}
                {standing(a, today) === 'now' ? '' : t(`standing.${standing(a, today)}`)}
              </span>
            )
          },
          { title: t('textMessage'), render: (_, a) => a.shortAnswer === '' ? <span className='muted'>—</span> : a.shortAnswer.length },
          {
            title: t('lastChange'),
            render: (_, a) => (
              <span className='small'>{moment(String(a.changedAt))} {actorName(a.changedBy)} · {t('versionNo')} {a.version}</span>
            )
          },
          {
            title: t('actions'),
            key: 'actions',
            render: (_, a) => (
              <span className='row'>
                <Button size='small' onClick={() => { setEdited(a) }}>{t('change')}</Button>
                <Button size='small' onClick={() => { setHistory(a) }}>{t('articleHistory')}</Button>
              </span>
            )
          }
        ]}
      />
      {edited !== null && (
        <ArticleEditor
          key={edited === 'new' ? 'new' : edited.id}
          article={edited === 'new' ? null : edited}
          today={today}
          onClose={() => { setEdited(null); void queries.invalidateQueries({ queryKey: ['articles'] }) }}
        />
      )}
      {history !== null && <ArticleHistory article={history} onClose={() => { setHistory(null) }} />}
    </div>
  )
}
