package web_test

// The rows of the pages that people work with.
func init() {
	matrix = append(matrix, []row{
		{"GET /sessione", "", "", "", "+++++++> +++> +++++> ++ ++++++1> >+>+"},
		{"POST /sessione", "", "", "modulo={modulo}", "+++++++1 +++1 +++++1 ++ ++++++11 1+1+"},
		{"POST /scorciatoie", "", "", "modulo={modulo}&tasti=si", "+++++++1 +++1 +++++1 ++ ++++++11 1+1+"},

		{"GET /nuova", "", "", "", "44+++44> ++4> 44++4> ++ 4433441> >+>4"},
		{"POST /nuova", "", "", "modulo={modulo}&comune={comune}", "44iii441 ii41 44ii41 ii 44334411 1314"},
		{"GET /richieste", "", "", "", "44+++44> ++4> 44++4> ++ 3433331> >+>4"},
		{"GET /richieste/esporta", "", "", "", "44+++44> ++4> 44++4> ++ 3433331> >+>4"},
		{"POST /richieste/persona", "", "", "modulo={modulo}&codice_fiscale=x", "44iii441 ii41 44ii41 ii 44334411 1314"},
		{"GET /monitoraggio", "", "", "", "+4+4444> +44> +4+44> +4 3434441> >+>+"},
		{"GET /monitoraggio/esporta", "", "", "", "+4+4444> +44> +4+44> +4 3434441> >+>+"},
		{"POST /monitoraggio/persona", "", "", "modulo={modulo}&codice_fiscale=x", "i4i44441 i441 i4i441 i4 34344411 131i"},
		{"GET /trova", "", "", "", "+++++++> +++> +++++> ++ 3333331> >+>+"},
		{"POST /trova", "di ciò che non c’è", "", "modulo={modulo}&q=", "iiiiiii1 iii1 iiiii1 ii 33333311 131i"},
		{"GET /visure/{id}", "che non ha atteso la conferma", "{visura}", "", "+4++4++> 444> 44444> 44 3333331> >+>+"},
		{"GET /visure/{id}", "con il numero", "{visura}?numero={codice}", "", "++++4++> 444> 44444> 44 3333331> >+>+"},
		{"GET /visure/{id}/stato", "", "{visura}?revision=0", "", "+4++4++> 444> 44444> 44 3333331> >+>+"},
		{"GET /visure/{id}/documento", "", "{visura}", "", "i4i+433> 444> 44444> 44 3333331> >+>i"},
		{"POST /visure/{id}/documento", "senza motivo", "{visura}", "modulo={modulo}", "i4i44441 4441 444441 44 34344411 131i"},
		{"POST /visure/{id}/pratica", "senza numero", "{visura}", "modulo={modulo}", "443i4441 4441 444441 44 44334411 1314"},
		{"POST /visure/{id}/revoca", "senza motivo", "{visura}", "modulo={modulo}", "i4444441 4441 444441 44 33444411 131i"},
		{"POST /visure/{id}/revoca", "con il numero, senza motivo", "{visura}", "modulo={modulo}&numero={codice}", "ii444441 4441 444441 44 33444411 131i"},
		{"POST /visure/{id}/ritiro", "", "{visura}", "modulo={modulo}", "443x4441 4441 444441 44 44334411 1314"},
	}...)
}
