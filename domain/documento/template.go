package documento

// TemplateV1 names the layout and legal texts documents are made with now;
// VisuraIssued records it. The texts of a version never change: other texts are
// another version.
const TemplateV1 = "visura-v1"

const subtitleV1 = "Documento ad uso esclusivo interno della Pubblica Amministrazione e dei gestori di pubblici servizi – non ha valore di certificato"

// footV1 is the legal foot. A visura is not a certificate: the formula the law
// prescribes for certificates must not appear.
var footV1 = []string{
	"Visura erogata ai sensi dell'art. 43, comma 4, del D.P.R. 28/12/2000 n. 445, mediante consultazione telematica di ANPR (art. 62 D.Lgs. 82/2005).",
	"Il presente documento è riproduzione informatica ai sensi dell'art. 2712 c.c.; non è un certificato e non può essere rilasciato all'interessato né a soggetti privati.",
	"I dati possono essere utilizzati esclusivamente per la finalità e la pratica indicate; ogni accesso è tracciato.",
	"Esente da imposta di bollo (art. 16, tab. B, D.P.R. 642/1972).",
	"Situazione alla data e ora di emissione.",
}
