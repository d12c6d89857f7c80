package web_test

// The rows of the pages about the people who use the service.
func init() {
	matrix = append(matrix, []row{
		{"GET /attivita", "", "", "", "+4+4444> +44> +4+44> +4 3434441> >+>+"},
		{"GET /attivita/esporta", "", "?genere=richieste&esito=riusciti", "{visura}", "+4+4444> o44> o4o44> o4 3434441> >+>+"},
		{"GET /utenti", "", "", "", "+4+4444> +44> +4+44> +4 3434441> >+>+"},
		{"GET /utenti/esporta", "", "", "", "+4+4444> +44> +4+44> +4 3434441> >+>+"},
		{"POST /utenti/cognome", "", "", "modulo={modulo}&cognome=x", "+4+44441 +441 +4+441 +4 34344411 131+"},
		{"GET /utenti/nuovo", "", "", "", "+4+4444> +44> +4+44> +4 3434441> >+>+"},
		{"POST /utenti/nuovo", "", "", "modulo={modulo}&comune={comune}&ente={ente}&codice_fiscale={codice_fiscale}&cognome=Neri&nome=Ugo&role=standard", "+4+44441 +441 i4i441 i4 34344411 131i"},
		{"GET /utenti/importa", "", "", "", "+4+4444> +44> +4+44> +4 3434441> >+>+"},
		{"POST /utenti/importa", "senza file", "", "modulo={modulo}", "i4i44441 i441 i4i441 i4 34344411 131i"},
		{"GET /utenti/{codice}", "", "{person}", "", "+4+4444> 444> 44444> 44 3434441> >+>+"},
		{"GET /utenti/{codice}/lettera", "di chi non è nominato", "{person}?comune={comune}&ente={ente}", "", "x4x4444> 444> 44444> 44 3434441> >+>x"},
		{"GET /utenti/{codice}/profilo", "", "{person}?comune={comune}&ente={ente}", "", "+4+4444> 444> 44444> 44 3434441> >+>+"},
		{"POST /utenti/{codice}/profilo", "", "{person}", "modulo={modulo}&comune={comune}&ente={ente}&profile={profile}&al=1/1/2027", "+4+44441 4441 444441 44 34344411 131i"},
		{"POST /utenti/{codice}/profilo/ritiro", "", "{holding}", "modulo={modulo}&comune={comune}&ente={ente}&profile={profile}", "+4+44441 4441 444441 44 34344411 131+"},
		{"POST /utenti/{codice}/invito", "", "{person}", "modulo={modulo}&consegna=si", "+4+44441 4441 444441 44 34344411 131i"},
		{"POST /utenti/{codice}/ruoli", "", "{person}", "modulo={modulo}&comune={comune}&ente={ente}&role=standard&al=1/1/2030", "+4+44441 4441 444441 44 34344411 131i"},
		{"POST /utenti/{codice}/ruoli/revoca", "", "{person}", "modulo={modulo}&comune={comune}&ente={ente}&role=standard", "+4+44441 4441 444441 44 34344411 131+"},
		{"POST /utenti/{codice}/nomina", "", "{person}", "modulo={modulo}&comune={comune}&ente={ente}&mansione=Sportello", "+4+44441 4441 444441 44 34344411 131+"},
		{"POST /utenti/{codice}/nazionale", "", "{holding}", "modulo={modulo}&comune={comune}&ente={ente}&profile={profile}&motivo=Serve", "+4344441 4441 444441 44 34344411 131i"},
		{"POST /utenti/{codice}/nazionale/revoca", "", "{holding}", "modulo={modulo}&comune={comune}&ente={ente}&profile={profile}", "+4344441 4441 444441 44 34344411 131+"},
		{"POST /utenti/{codice}/sospensione", "", "{person}", "modulo={modulo}&comune={comune}&ente={ente}&motivo=Serve", "+4+44441 4441 444441 44 34344411 131+"},
		{"POST /utenti/{codice}/riattivazione", "", "{person}", "modulo={modulo}&comune={comune}&ente={ente}", "+4+44441 4441 444441 44 34344411 131i"},
		{"POST /utenti/{codice}/sblocco", "", "{person}", "modulo={modulo}&comune={comune}&ente={ente}&motivo=Verificato", "+4+44441 4441 444441 44 34344411 131i"},
		{"POST /utenti/{codice}/assenza", "", "{person}", "modulo={modulo}&comune={comune}&ente={ente}&dal=1/8/2030&al=2/8/2030", "+4+44441 4441 444441 44 34344411 131+"},
		{"POST /utenti/{codice}/assenza/ritiro", "", "{person}", "modulo={modulo}&comune={comune}&ente={ente}&dal=1/8/2030", "+4+44441 4441 444441 44 34344411 131+"},
		{"POST /utenti/{codice}/ritiro", "", "{person}", "modulo={modulo}&comune={comune}&ente={ente}", "+4+44441 4441 444441 44 34344411 131i"},
		{"POST /utenti/{codice}/ritiro/revoca", "", "{person}", "modulo={modulo}&comune={comune}&ente={ente}", "+4+44441 4441 444441 44 34344411 131+"},
		{"POST /utenti/{codice}/secondo-fattore", "", "{person}", "modulo={modulo}&comune={comune}&ente={ente}&motivo=Serve", "+4+44441 4441 444441 44 34344411 131i"},
		{"POST /utenti/{codice}/proposte/approvazione", "", "{person}", "modulo={modulo}&comune={comune}&ente={ente}&id={proposal}", "+4+44441 4441 444441 44 34344411 131i"},
		{"POST /utenti/{codice}/proposte/rifiuto", "", "{person}", "modulo={modulo}&comune={comune}&ente={ente}&id={proposal}", "+4+44441 4441 444441 44 34344411 131+"},
	}...)
}
