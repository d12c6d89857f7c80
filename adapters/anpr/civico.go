package anpr

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// read returns the number as on the plate: 12, 12/A, 43/6, 8/B ROSSO, 0 KM. 2,300,
// km 1,200, SNC; and apart from it the words that Comuni write beside a number or
// in its place, such as a building's name.
func (w wireCivico) read() (number, building string) {
	number = trim(w.Numero)
	if metres := trim(w.Metrico); number == "" && metres != "" {
		number = chilometrico(metres)
	}
	if (number == "" || number == "0") && trim(w.SNC) != "" {
		number = "SNC"
	}
	var beside []string
	for _, part := range []string{w.Lettera, w.Esponente} {
		part = words(part)
		switch {
		case part == "":
		case withoutNumber(part):
			if number == "" || number == "0" {
				number = "SNC"
			}
		case measure.MatchString(part), colours[strings.ToUpper(part)]:
			number = words(number, part)
		case exponent.MatchString(part):
			number = strings.TrimPrefix(number+"/"+part, "/")
		default:
			beside = append(beside, part)
		}
	}
	if number == "0" && len(beside) > 0 {
		number = "" // the words stand for it
	}
	return words(number, colour(trim(w.Colore))), strings.Join(beside, ", ")
}

var (
	// exponent is what is written behind a stroke: A, 6, BIS, B/2, A BIS.
	exponent = regexp.MustCompile(`^(?i)[0-9A-Z]{1,3}([/-][0-9A-Z]{1,3})*$|^([0-9A-Z]{1,3}[ /])?(BIS|TER|QUATER|QUINQUIES|SEXIES|SEPTIES|OCTIES|NOVIES|DECIES)$`)
	// measure is a distance along a road.
	measure = regexp.MustCompile(`^(?i)(KM|MT)[. ]*[0-9]`)
	colours = map[string]bool{"ROSSO": true, "ROSSA": true, "NERO": true, "NERA": true, "BLU": true}
)

var unpunctuated = strings.NewReplacer(".", "", " ", "", "/", "")

// withoutNumber says that the words mean just that.
func withoutNumber(part string) bool {
	switch unpunctuated.Replace(strings.ToUpper(part)) {
	case "SNC", "SN", "SENZANUMERO", "SENZANUMEROCIVICO":
		return true
	}
	return false
}

// colour is the word for the colour of a plate.
func colour(code string) string {
	switch code {
	case "1":
		return "ROSSO"
	case "2":
		return "NERO"
	}
	return ""
}

// chilometrico prints the metres from the start of a road as roads are signed.
func chilometrico(metres string) string {
	m, err := strconv.Atoi(metres)
	if err != nil {
		return "km " + metres
	}
	return fmt.Sprintf("km %d,%03d", m/1000, m%1000)
}
