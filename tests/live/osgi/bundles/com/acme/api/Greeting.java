package com.acme.api;

/** The service. */
public interface Greeting {
    String greet();
}
