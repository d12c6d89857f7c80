package documento

import "slices"

// Template names the layout and legal texts documents are made with; VisuraIssued
// records it. The texts of a version never change: other texts are another
// version. Those of earlier versions are in the documents made with them.
const Template = "visura-v3"

// DiProva is what a document made from anything but ANPR's production bears.
const DiProva = "DOCUMENTO DI PROVA – SENZA VALORE"

const subtitle = "Documento ad uso esclusivo interno della Pubblica Amministrazione e dei gestori di pubblici servizi – non ha valore di certificato"

// foot is the legal foot. A visura is not a certificate: the formula the law
// prescribes for certificates must not appear.
var foot = []string{
	"Visura erogata ai sensi dell'art. 43, comma 4, del D.P.R. 28/12/2000 n. 445, mediante consultazione telematica di ANPR, archivio anagrafico nazionale certificante (art. 62 D.Lgs. 82/2005).",
	"Il presente documento è riproduzione informatica avente la forza probatoria di cui all'art. 2712 c.c.; non è un certificato e non può essere rilasciato all'interessato né a soggetti privati.",
	"I dati possono essere utilizzati esclusivamente per la finalità e la pratica indicate; ogni accesso è tracciato.",
	"Esente da imposta di bollo (art. 16, tab. B, D.P.R. 642/1972).",
	"Situazione alla data e ora di emissione.",
}

// Foot returns the legal foot that stands on every visura, a sentence each.
func Foot() []string { return slices.Clone(foot) }
