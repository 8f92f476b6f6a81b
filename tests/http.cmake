foreach(unit cache document field http_failing_allocations http_load http_server key media param
        problem query request router)
  cassini_unit_test(test_${unit} USES http)
endforeach()
foreach(wrapped malloc calloc realloc free)
  target_link_options(test_http_failing_allocations PRIVATE LINKER:--wrap=${wrapped})
endforeach()
cassini_fuzz_target(fuzz_request USES http)
