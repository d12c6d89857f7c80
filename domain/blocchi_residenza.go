package domain

// residenzaAttuale says where the person lives and since when.
func residenzaAttuale(c Caso) Sezione {
	s := Sezione{Titolo: "Residenza"}
	r, ok := c.Persona.residenza()
	if c.Persona.SenzaFissaDimora {
		s.Testo = []string{genere{"Iscritto", "Iscritta"}.per(c.Persona.Generalita.Sesso) + " in anagrafe come senza fissa dimora."}
		r, ok = c.Persona.domicilio()
	}
	if ok {
		s.Righe = append(r.Indirizzo.righe(), piene(
			Riga{"Presso", r.Presso},
			Riga{"Decorrenza", r.Decorrenza.Italiana()},
		)...)
	}
	return s
}

// iscrizione says since when the person is in the register, and why.
func iscrizione(c Caso) Sezione {
	i := c.Persona.Iscrizione
	if i == nil {
		return Sezione{}
	}
	titolo, motivi := "Iscrizione anagrafica", iscrizioni
	if c.Persona.aire() {
		titolo, motivi = "Iscrizione all'AIRE", iscrizioniAIRE
	}
	return Sezione{Titolo: titolo, Righe: piene(
		Riga{"Comune di iscrizione", i.Comune.String()},
		Riga{"Data di iscrizione", i.Data.Italiana()},
		Riga{"Motivo", voceTabella(motivi, i.Motivo)},
	)}
}
