package web_test

// The rows of the page on which a Comune decides about itself.
func init() {
	matrix = append(matrix, []row{
		{"GET /regole", "", "", "", "+444444> 444> +4444> 44 3444441> >+>+"},
		{"POST /regole/recapiti", "", "", "modulo={modulo}&quale=recapiti&referente=Ufficio&pec=a@pec.example&dpo=d@c.example&assistenza=URP", "+4444441 4441 +44441 44 34444411 131i"},
		{"POST /regole/nazionale", "senza testo", "", "modulo={modulo}&quale=titolo", "i4444441 4441 i44441 44 34444411 131i"},
		{"POST /regole/nazionale/revoca", "", "", "modulo={modulo}&quale=spegni", "+4444441 4441 +44441 44 34444411 131i"},
		{"POST /regole/scelte", "", "", "modulo={modulo}&quale=scelte&scarico=si", "+4444441 4441 +44441 44 34444411 131i"},
		{"POST /regole/istruzioni", "senza testo", "", "modulo={modulo}&quale=istruzioni", "i4444441 4441 i44441 44 34444411 131i"},
		{"POST /regole/top", "senza utente", "", "modulo={modulo}&quale=nomina", "i4444441 4441 i44441 44 34444411 131i"},
		{"POST /regole/top/revoca", "di nessuno", "", "modulo={modulo}&quale=revoca", "+4444441 4441 +44441 44 34444411 131i"},
	}...)
}
