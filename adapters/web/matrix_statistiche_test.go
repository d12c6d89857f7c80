package web_test

// The rows of what is counted.
func init() {
	matrix = append(matrix, []row{
		{"read-statistiche", "", "", "", "+3+33333 +333 +3+333 +3 33333313 13++"},
		{"GET /statistiche", "", "", "", "+4+4444> +44> +4+44> +4 3434441> >+>+"},
		{"GET /statistiche/esporta", "", "", "", "+4+4444> +44> +4+44> +4 3434441> >+>+"},
	}...)
}
