foreach(unit http_load http_server)
  cassini_unit_test(test_${unit} USES http)
endforeach()
