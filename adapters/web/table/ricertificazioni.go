package table

import (
	"strconv"

	"github.com/visure-anagrafiche/visure/projections"
)

// Ricertificazioni are the columns of reviews of who may act.
var Ricertificazioni = []Column[projections.RigaRicertificazione]{
	{"Ente", func(r projections.RigaRicertificazione) string { return r.EnteDenominazione }},
	{"Comune", func(r projections.RigaRicertificazione) string { return r.ComuneNome }},
	{"Entro", func(r projections.RigaRicertificazione) string { return r.Entro }},
	{"Aperta il", func(r projections.RigaRicertificazione) string { return clock(r.OpenedAt) }},
	{"Conclusa il", func(r projections.RigaRicertificazione) string { return clockOf(r.ClosedAt) }},
	{"Confermati", func(r projections.RigaRicertificazione) string { return strconv.Itoa(r.Confermati) }},
	{"Mancanti", func(r projections.RigaRicertificazione) string { return strconv.Itoa(r.Mancanti) }},
	{"Sospesi", func(r projections.RigaRicertificazione) string { return count(r.Sospesi) }},
	{"Finalità confermate", func(r projections.RigaRicertificazione) string { return strconv.Itoa(r.FinalitaConfermate) }},
	{"Finalità mancanti", func(r projections.RigaRicertificazione) string { return strconv.Itoa(r.FinalitaMancanti) }},
	{"Finalità inibite", func(r projections.RigaRicertificazione) string { return count(r.Inibite) }},
}

// count writes a number that may not be known yet.
func count(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}
