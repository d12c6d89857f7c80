package documento_test

import (
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// flagged adds flags to a card.
func flagged(s scheda.Persona, codes ...string) scheda.Persona {
	for _, c := range codes {
		s.Anomalie = append(s.Anomalie, scheda.Anomalia{Codice: c, Testo: "VERDEMARE LUCA"})
	}
	return s
}

// A flag means the same on a card and on the answer, type by type.
func TestAFlagMeansOneThingWhereverItStands(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]struct {
		tipo     domain.Tipo
		code     string
		refusal  string
		warnings []string
	}{
		"kinship in contrast, kinship asked":   {domain.StatoFamigliaParentela, "EN212", domain.ReasonKinship, nil},
		"kinship in contrast, family asked":    {domain.StatoFamiglia, "EN212", domain.ReasonKinship, nil},
		"kinship to revise, kinship asked":     {domain.StatoFamigliaParentela, "EN222", domain.ReasonKinship, nil},
		"kinship to revise, family asked":      {domain.StatoFamiglia, "EN222", "", []string{"EN222"}},
		"kinship to update":                    {domain.StatoFamigliaParentela, "EN219", "", []string{"EN219"}},
		"kinship in contrast, address asked":   {domain.Residenza, "EN212", "", nil},
		"family incomplete":                    {domain.StatoFamiglia, "EN213", domain.ReasonFamilyIncomplete, nil},
		"family not wholly enrolled":           {domain.StatoFamigliaParentela, "EN221", domain.ReasonFamilyIncomplete, nil},
		"family being worked on":               {domain.StatoFamiglia, "EN492", domain.ReasonFamilyInProgress, nil},
		"registered twice":                     {domain.Residenza, "EN469", domain.ReasonDoubleEntry, nil},
		"dead by a flag, alive asked":          {domain.EsistenzaInVita, "EN228", domain.ReasonLifeNotStated, nil},
		"cancelled by a flag, address asked":   {domain.Residenza, "EN413", domain.ReasonCancelled, nil},
		"cancelled by a flag, history asked":   {domain.ResidenzaStorica, "EN413", "", nil},
		"somebody of another name":             {domain.Nascita, "EN069", domain.ReasonMismatch, nil},
		"only partly certifiable, birth asked": {domain.Nascita, "EN046", "", []string{"EN046"}},
		"only partly certifiable, address":     {domain.Residenza, "EN046", "", nil},
		"status in contrast, status asked":     {domain.StatoCivile, "EN271", "", []string{"EN271"}},
		"status in contrast, address asked":    {domain.Residenza, "ES016", "", nil},
		"spouse's data, marriage asked":        {domain.Matrimonio, "EC101", "", []string{"EC101"}},
		"birthplace not verified":              {domain.Residenza, "EC007", "", []string{"EC007"}},
		"code against birthplace":              {domain.Nascita, "EN339", "", []string{"EN339"}},
		"an identity card":                     {domain.Residenza, "EC059", "", nil},
		"nobody knows what":                    {domain.Residenza, "EX999", "", []string{"EX999"}},
	} {
		onCard, onAnswer := persona(flagged(luca(), v.code)), persona(luca())
		switch v.tipo {
		case domain.StatoFamiglia, domain.StatoFamigliaParentela:
			onCard, onAnswer = famiglia(flagged(luca(), v.code), sara()), famiglia(luca(), sara())
		case domain.ResidenzaStorica:
			onCard, onAnswer = traslochi(flagged(luca(), v.code)), traslochi(luca())
		}
		judge(t, map[string]verdict{
			name + ", on the card":   {tipo: v.tipo, scheda: onCard, refusal: v.refusal, warnings: v.warnings},
			name + ", on the answer": {tipo: v.tipo, scheda: warned(onAnswer, v.code), refusal: v.refusal, warnings: v.warnings},
			name + ", on both":       {tipo: v.tipo, scheda: warned(onCard, v.code), refusal: v.refusal, warnings: v.warnings},
		})
	}
}

func TestAFlagOnAnotherMemberWarns(t *testing.T) {
	t.Parallel()
	member := []string{"componente_segnalato"}
	judge(t, map[string]verdict{
		"registered twice":             {tipo: domain.StatoFamiglia, scheda: famiglia(luca(), flagged(sara(), "EN469")), warnings: member},
		"of a birthplace not verified": {tipo: domain.StatoFamiglia, scheda: famiglia(luca(), flagged(sara(), "EC007", "EN335")), warnings: member},
		"of something unknown":         {tipo: domain.StatoFamigliaParentela, scheda: famiglia(luca(), flagged(sara(), "EX999")), warnings: member},
		"of an identity card":          {tipo: domain.StatoFamigliaParentela, scheda: famiglia(luca(), flagged(sara(), "EC059"))},
		"of the kinship of all":        {tipo: domain.StatoFamiglia, scheda: famiglia(luca(), flagged(sara(), "EN212")), refusal: domain.ReasonKinship},
		"of kinship to update":         {tipo: domain.StatoFamiglia, scheda: famiglia(luca(), flagged(sara(), "EN219")), warnings: []string{"EN219"}},
		"who has left":                 {tipo: domain.StatoFamiglia, scheda: famiglia(luca(), sara(), flagged(with(agata(), func(s *scheda.Persona) { s.Cancellazione = &scheda.Cancellazione{Codice: "3"} }), "EX999"))},
	})
	limited := []string{"componente_non_certificabile"}
	for code, want := range map[string]map[domain.Tipo][]string{
		"0": {domain.StatoFamiglia: limited, domain.StatoFamigliaParentela: limited},
		"1": {domain.StatoFamiglia: nil, domain.StatoFamigliaParentela: limited},
		"2": {domain.StatoFamiglia: nil, domain.StatoFamigliaParentela: nil},
		"4": {domain.StatoFamiglia: limited, domain.StatoFamigliaParentela: limited},
		"":  {domain.StatoFamiglia: nil},
	} {
		for tipo, warnings := range want {
			judge(t, map[string]verdict{"a member of certifiability " + code: {tipo: tipo,
				scheda: famiglia(luca(), with(sara(), func(s *scheda.Persona) { s.Certificabile = code })), warnings: warnings}})
		}
	}
}
