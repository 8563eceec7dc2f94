import type { ReactNode } from 'react'
import { Route, Routes, useParams } from 'react-router'
import './board/board-words.ts'
import './command-words.ts'
import './start/start-words.ts'
import './command.css'
import { IncidentBoard } from './board/incident-board.tsx'
import { StartIncident } from './start/start-incident.tsx'

function Board (): ReactNode {
  const { id = '' } = useParams()
  return <IncidentBoard key={id} id={id} />
}

/** Coordinator's board (应急指挥): a plan is found by what happened, its people are dialled, and each one's state is shown live. */
export default function CommandDesk (): ReactNode {
  return (
    <Routes>
      <Route index element={<StartIncident />} />
      <Route path=':id' element={<Board />} />
    </Routes>
  )
}
