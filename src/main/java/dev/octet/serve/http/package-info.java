/** The HTTP server that the service and the desk share: who may ask, what a request may be, how errors are answered. */
package dev.octet.serve.http;
