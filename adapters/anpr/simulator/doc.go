// Package simulator is a registry of the resident population (ANPR) that runs as
// a real HTTPS server: it speaks the SOAP wire format of operations 3002
// (consultation) and 6001 (certificate data) and checks what ANPR checks, from
// the WS-Security header to the dates of a request.
//
// It shares no message types with the client in adapters/anpr: each is written
// from ANPR's schemas, so that one cannot hide the other's mistake. What ANPR
// does beyond its schemas follows public tickets and is marked in the code where
// it is a guess.
package simulator
