package documento

import "github.com/visure-anagrafiche/visure/domain"

// The rules on who the card is of.

// codeHolder compares the card with what its codice fiscale says of its holder:
// birth, sex, and the letters of surname and name. Whoever is asked about by the
// code alone is nobody else, so a card of another birth or sex, or of other
// names, is refused. A surname or a name that has changed is a warning where the
// tax office has confirmed the code for the person; so is anything where names, sex
// and birth were asked for.
func codeHolder(c Case) Finding {
	g := c.Persona.Generalita
	holder, says := g.CodiceFiscale.Holder()
	if !says {
		return Finding{}
	}
	born, surname, name := holder.Born(g.Nascita) && holder.Sex(g.Sesso), holder.Surname(g.Cognome), holder.Name(g.Nome)
	byCode := c.Visura.Request.Soggetto.CodiceFiscale != ""
	switch {
	case born && surname && name:
		return Finding{}
	case !byCode, born && (surname || name) && g.CodiceFiscaleValido:
		return warn("codice_fiscale_discorde", "Il codice fiscale registrato in ANPR non corrisponde a tutti i dati anagrafici del soggetto, che possono essere cambiati: verificarne l'identità.")
	}
	return refuse(domain.ReasonCodeOfAnother)
}

// birthCompared warns that the birth date in the register lacks what was asked for,
// so that it could not be compared.
func birthCompared(c Case) Finding {
	asked, known := c.Visura.Request.Soggetto.DataNascita, c.Persona.Generalita.Nascita
	if asked.Month > 0 && known.Month == 0 || asked.Day > 0 && known.Day == 0 {
		return warn("data_nascita_incompleta", "In ANPR la data di nascita del soggetto è incompleta: quella indicata nella richiesta non ha potuto essere confrontata per intero.")
	}
	return Finding{}
}
